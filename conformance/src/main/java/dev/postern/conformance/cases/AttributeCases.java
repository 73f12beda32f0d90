package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** What attributes do to a message (RFC 8489). */
final class AttributeCases {

    static final List<Case> ALL = List.of();

    private AttributeCases() {}
}
