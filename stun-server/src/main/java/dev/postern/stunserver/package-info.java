/**
 * A STUN server (RFC 8489): {@link dev.postern.stunserver.StunServer} listens, its engine in {@code core} answers.
 */
@NullMarked
package dev.postern.stunserver;

import org.jspecify.annotations.NullMarked;
