/**
 * The prediction laboratory: how often a peer gets through a NAT that maps per destination by guessing its ports, measured with
 * packets through {@link dev.postern.natsim.NatBox} in a virtual network, beside what formulas say. No socket, thread or clock.
 *
 * <p>The door is {@link dev.postern.natsim.prediction.Experiment}, whose result is a {@link
 * dev.postern.natsim.prediction.Curve}.
 */
@NullMarked
package dev.postern.natsim.prediction;

import org.jspecify.annotations.NullMarked;
