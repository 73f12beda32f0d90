package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import java.util.List;

/** 300 (Try Alternate) as RFC 8489 section 10 has it. */
final class RedirectCases {

    private static final Case REDIRECT = Case.rfc8489(44, "10")
            .must("redirects to a server of the family that the request came from, and signs that")
            .quote("In short: the 300 carries ALTERNATE-SERVER with an address of the family of the request's source.")
            .note("ALTERNATE-DOMAIN is needed over TLS where the other server has another certificate, as it has here.")
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
                    bench.expectEqual(
                            bench.transport().isSecure(),
                            reply.has(AttributeType.ALTERNATE_DOMAIN),
                            "ALTERNATE-DOMAIN is there over TLS and not else");
                }
            });

    static final List<Case> ALL = List.of(REDIRECT);

    private RedirectCases() {}
}
