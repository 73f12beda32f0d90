/** What passes with time, by a clock that is handed in: deadlines, and answers kept for retransmitted requests. */
@NullMarked
package dev.postern.stun.time;

import org.jspecify.annotations.NullMarked;
