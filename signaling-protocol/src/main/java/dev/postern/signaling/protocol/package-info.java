/** The signaling messages and their codec. */
@NullMarked
package dev.postern.signaling.protocol;

import org.jspecify.annotations.NullMarked;
