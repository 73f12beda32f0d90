/** Signed tokens: exchanged for credentials that the relay accepts, and shown to the signaling server. */
@NullMarked
package dev.postern.app.jwt;

import org.jspecify.annotations.NullMarked;
