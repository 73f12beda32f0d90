package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** TCP allocations (RFC 6062). */
final class TcpRelayCases {

    static final List<Case> ALL = List.of();

    private TcpRelayCases() {}
}
