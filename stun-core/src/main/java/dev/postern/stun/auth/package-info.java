/**
 * Who sent a STUN request: long-term credentials, integrity, nonces and the gate in front of a server (RFC 8489 section
 * 9.2).
 */
@NullMarked
package dev.postern.stun.auth;

import org.jspecify.annotations.NullMarked;
