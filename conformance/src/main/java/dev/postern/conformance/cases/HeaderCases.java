package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** What relayed packets look like (RFC 8656 sections 14 to 18). */
final class HeaderCases {

    static final List<Case> ALL = List.of();

    private HeaderCases() {}
}
