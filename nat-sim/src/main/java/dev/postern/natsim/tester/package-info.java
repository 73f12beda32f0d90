/**
 * The behaviour tester: finds out what a NAT does by asking a server with two addresses and two ports (RFC 5780), and what no RFC has a
 * test for. Pure: time, sockets and randomness are handed in.
 *
 * <p>The door is {@link dev.postern.natsim.tester.NatTester}; its answer is a {@link dev.postern.natsim.tester.NatReport}.
 */
@NullMarked
package dev.postern.natsim.tester;

import org.jspecify.annotations.NullMarked;
