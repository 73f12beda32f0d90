package dev.postern.stun;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Throws bytes at the decoder. A normal test run feeds it the committed corpus; in the {@code fuzz} profile
 * Jazzer looks for more.
 */
class StunMessageFuzz {

    private final DecoderChecks checks = new DecoderChecks();

    @FuzzTest(maxDuration = "10m")
    void anyBytesDecodeOrAreRefusedWithAReason(byte[] packet) {
        checks.check(packet);
    }
}
