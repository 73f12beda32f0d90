/** The signaling server, to run or to embed. */
@NullMarked
package dev.postern.signaling;

import org.jspecify.annotations.NullMarked;
