package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** Channels and ChannelData (RFC 8656 section 12). */
final class ChannelCases {

    static final List<Case> ALL = List.of();

    private ChannelCases() {}
}
