package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import java.util.List;

/** Allocate: who may, and what is refused (RFC 8656 sections 5 to 7). */
final class AllocationCases {

    private static final Case IN_USE = Case.rfc8656(49, "7.2 (2)")
            .must("refuses a second Allocate on a 5-tuple with 437")
            .quote(
                    "The server checks if the 5-tuple is currently in use by an existing allocation. If yes, the server rejects the"
                            + " request with a 437 (Allocation Mismatch) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                client.allocate(e -> {}).error(437, "A second Allocate on the same 5-tuple is refused with 437");
            });

    static final List<Case> ALL = List.of(IN_USE);

    private AllocationCases() {}
}
