package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.IpFamily;
import dev.postern.conformance.Need;
import dev.postern.conformance.Reply;
import dev.postern.stun.AttributeType;
import java.util.List;

/** Relayed addresses of either family, and both (RFC 8656 section 7.2). */
final class AddressFamilyCases {

    private static final Case TWO_FAMILIES = Case.rfc8656(54, "7.2 (6)")
            .must("refuses REQUESTED- together with ADDITIONAL-ADDRESS-FAMILY with 400")
            .quote(
                    "The server checks if the request contains both REQUESTED-ADDRESS-FAMILY and ADDITIONAL-ADDRESS-FAMILY attributes."
                            + " If yes, then the server rejects the request with a 400 (Bad Request) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                Reply reply =
                        client.allocate(e -> e.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, IpFamily.IPV4.attribute())
                                .u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IpFamily.IPV6.attribute()));
                reply.error(400, "An Allocate with both attributes is refused with 400");
            });

    static final List<Case> ALL = List.of(TWO_FAMILIES);

    private AddressFamilyCases() {}
}
