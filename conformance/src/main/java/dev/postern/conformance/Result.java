package dev.postern.conformance;

import dev.postern.stun.TransportProtocol;
import java.time.Duration;

/**
 * How one case went over one transport.
 *
 * @param testCase the case
 * @param transport what it was run over
 * @param outcome how it went
 * @param transcript what was sent and received
 * @param took how long it took, in the world's time
 */
public record Result(
        Case testCase, TransportProtocol transport, Outcome outcome, Transcript transcript, Duration took) {}
