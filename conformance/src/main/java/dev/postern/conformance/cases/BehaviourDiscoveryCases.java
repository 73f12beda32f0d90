package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** NAT behaviour discovery (RFC 5780). */
final class BehaviourDiscoveryCases {

    static final List<Case> ALL = List.of();

    private BehaviourDiscoveryCases() {}
}
