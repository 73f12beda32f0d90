package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** The long-term credential mechanism: challenge, order of checks, nonces (RFC 8489 section 9.2). */
final class AuthenticationCases {

    static final List<Case> ALL = List.of();

    private AuthenticationCases() {}
}
