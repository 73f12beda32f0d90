package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** Even ports and reserved ones (RFC 8656 section 7.2). */
final class ReservationCases {

    static final List<Case> ALL = List.of();

    private ReservationCases() {}
}
