/** STUN and TURN as bytes and values (RFC 8489, RFC 8656). */
@NullMarked
package dev.postern.stun;

import org.jspecify.annotations.NullMarked;
