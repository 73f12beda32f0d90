/** A virtual internet with NATs in it. */
@NullMarked
package dev.postern.natsim;

import org.jspecify.annotations.NullMarked;
