/** The backplane of several signaling servers on Redis. */
@NullMarked
package dev.postern.signaling.redis;

import org.jspecify.annotations.NullMarked;
