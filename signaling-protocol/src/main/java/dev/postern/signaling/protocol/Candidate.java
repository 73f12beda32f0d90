package dev.postern.signaling.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One ICE candidate, in the words of WebRTC's {@code RTCIceCandidateInit}. The server relays it and reads nothing in
 * it.
 *
 * @param candidate the candidate attribute of RFC 8839 section 5.1
 * @param sdpMid the media section by name; null if not said
 * @param sdpMLineIndex the media section by index, 0 to {@value #MAX_M_LINE_INDEX}; null if not said
 * @param usernameFragment the ICE username fragment that the candidate belongs to; null if not said
 */
public record Candidate(
        String candidate,
        @Nullable String sdpMid,
        @Wire(max = Candidate.MAX_M_LINE_INDEX) @Nullable Integer sdpMLineIndex,
        @Nullable String usernameFragment) {

    /** The highest media section index. */
    public static final int MAX_M_LINE_INDEX = 65535;

    public Candidate {
        Objects.requireNonNull(candidate);
        if (sdpMLineIndex != null && (sdpMLineIndex < 0 || sdpMLineIndex > MAX_M_LINE_INDEX)) {
            throw new IllegalArgumentException("sdpMLineIndex " + sdpMLineIndex + " is not 0 to " + MAX_M_LINE_INDEX);
        }
    }

    /** Says which media section and no more. */
    @Override
    public String toString() {
        return "Candidate[sdpMid=" + sdpMid + ", " + candidate.length() + " chars]";
    }
}
