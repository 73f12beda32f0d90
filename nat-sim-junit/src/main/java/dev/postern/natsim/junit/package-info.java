/**
 * JUnit 5 tests between two peers behind simulated NATs, in virtual time: {@link dev.postern.natsim.junit.NatLab @NatLab},
 * {@link dev.postern.natsim.junit.NatMatrix @NatMatrix} and {@link dev.postern.natsim.junit.Seeds @Seeds} say behind which
 * NATs and how often, a parameter of type {@link dev.postern.natsim.junit.Lab} is the network. A test that fails says why
 * packets did not arrive, with which seed, and which line runs it again.
 */
@NullMarked
package dev.postern.natsim.junit;

import org.jspecify.annotations.NullMarked;
