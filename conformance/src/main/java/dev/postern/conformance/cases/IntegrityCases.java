package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** Digests, keys, user hashes and what stands behind a digest (RFC 8489 sections 9 and 14). */
final class IntegrityCases {

    static final List<Case> ALL = List.of();

    private IntegrityCases() {}
}
