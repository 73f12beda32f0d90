package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** Allocations that move (RFC 8016). */
final class MobilityCases {

    static final List<Case> ALL = List.of();

    private MobilityCases() {}
}
