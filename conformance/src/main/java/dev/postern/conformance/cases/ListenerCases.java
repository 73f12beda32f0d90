package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.List;

/** ALPN and protocols that share a port (RFC 7443, RFC 7983). */
final class ListenerCases {

    static final List<Case> ALL = List.of();

    private ListenerCases() {}
}
