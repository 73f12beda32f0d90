package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** Binding (RFC 8489). */
final class BindingCases {

    static final List<Case> ALL = List.of();

    private BindingCases() {}
}
