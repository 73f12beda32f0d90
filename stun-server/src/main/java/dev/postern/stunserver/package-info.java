/** A STUN server (RFC 8489). */
@NullMarked
package dev.postern.stunserver;

import org.jspecify.annotations.NullMarked;
