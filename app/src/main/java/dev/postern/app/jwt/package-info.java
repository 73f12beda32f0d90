/** Tokens of an identity provider, exchanged for credentials that the relay accepts. */
@NullMarked
package dev.postern.app.jwt;

import org.jspecify.annotations.NullMarked;
