/** A local TURN listener whose clients reach a relay over WebSockets: a way of our own, for networks that pass only HTTP. */
@NullMarked
package dev.postern.app.tunnel;

import org.jspecify.annotations.NullMarked;
