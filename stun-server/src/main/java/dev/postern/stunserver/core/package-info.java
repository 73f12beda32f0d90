/**
 * What a STUN server answers to Binding (RFC 8489), as a machine without sockets: {@link
 * dev.postern.stunserver.core.BindingEngine} and {@link dev.postern.stunserver.core.BindingOutput}.
 */
@NullMarked
package dev.postern.stunserver.core;

import org.jspecify.annotations.NullMarked;
