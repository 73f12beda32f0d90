/**
 * The NAT engine: what a NAT does with one packet, and why. Pure: time and randomness are handed in, nothing is sent.
 *
 * <p>The door is {@link dev.postern.natsim.NatBox}, configured by a {@link dev.postern.natsim.NatBehaviour}.
 */
@NullMarked
package dev.postern.natsim;

import org.jspecify.annotations.NullMarked;
