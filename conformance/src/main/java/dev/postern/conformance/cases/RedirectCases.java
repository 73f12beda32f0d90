package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.auth.IntegrityAlgorithm;
import java.util.List;

/** 300 (Try Alternate) as RFC 8489 section 10 has it. */
final class RedirectCases {

    private static final Case REDIRECT = Case.rfc8489(44, "10")
            .must("redirects to a server of the family that the request came from, and signs that")
            .quote(
                    "The server MUST include at least one ALTERNATE-SERVER attribute in the error response, which MUST contain an IP address of"
                            + " the same address family as the source IP address of the request message.")
            .note("Section 14.8 has it signed: \"This error response MUST be protected with the MESSAGE-INTEGRITY or"
                    + " MESSAGE-INTEGRITY-SHA256 attribute\". ALTERNATE-DOMAIN is needed over TLS where the request was signed with"
                    + " SHA-256 and the other server has another certificate, as it has here.")
            .needs(Need.CREDENTIALS, Need.IPV6)
            .on(Setup.REDIRECTING)
            .run(bench -> {
                bench.client().allocate(e -> {}); // the bound may be one allocation
                for (boolean ipv4 : new boolean[] {true, false}) {
                    Client client = ipv4 ? bench.client() : bench.ipv6Client();
                    Reply reply = client.allocate(e -> {}).error(300, "An Allocate is redirected with 300");
                    boolean family =
                            reply.address(AttributeType.ALTERNATE_SERVER).ip().isIpv4();
                    bench.expectEqual(ipv4, family, "ALTERNATE-SERVER is of the family of the client");
                    bench.expect(client.login().isSigned(reply), "The redirect of an authenticated request is signed");
                    if (bench.transport().isSecure() && client.login().integrity() == IntegrityAlgorithm.SHA256) {
                        reply.value(AttributeType.ALTERNATE_DOMAIN);
                    }
                }
            });

    static final List<Case> ALL = List.of(REDIRECT);

    private RedirectCases() {}
}
