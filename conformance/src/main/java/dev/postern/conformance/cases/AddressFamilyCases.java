package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.IpFamily;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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

    private static final Case REQUESTED = Case.rfc8656(55, "7.2 (7)")
            .must("relays the family that is asked for, or says 440; IPv4 where none is asked for")
            .quote(
                    "If the server does not support the address family requested by the client in REQUESTED-ADDRESS-FAMILY ... it MUST include"
                            + " an ERROR-CODE attribute with the 440 (Address Family not Supported) response code. ... If the"
                            + " REQUESTED-ADDRESS-FAMILY attribute is absent and the server supports the IPv4 address family, the server MUST"
                            + " allocate an IPv4 relayed transport address for the TURN client.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                for (IpFamily family : IpFamily.values()) {
                    Reply reply = requested(bench.client(), family);
                    if (reply.code() != 440) {
                        reply.success("An Allocate for " + family + " is granted or refused with 440");
                        bench.expectEqual(
                                family,
                                IpFamily.of(reply.relayed().ip()),
                                "The relayed address is of the family asked for");
                    }
                }
                bench.expect(
                        bench.client().allocated().ip().isIpv4(), "Without the attribute the relayed address is IPv4");
            });

    private static final Case UNSUPPORTED = Case.rfc8656(55, "7.2 (7)")
            .part('b')
            .must("refuses a family that it does not relay with 440")
            .quote(
                    "If the server does not support the address family requested by the client in REQUESTED-ADDRESS-FAMILY ... it MUST include"
                            + " an ERROR-CODE attribute with the 440 (Address Family not Supported) response code.")
            .on(Setup.IPV4_RELAY_ONLY)
            .needs(Need.CREDENTIALS)
            .run(bench ->
                    requested(bench.client(), IpFamily.IPV6).error(440, "An Allocate for IPv6 is refused with 440"));

    private static final Case ADDITIONAL_IPV4 = Case.rfc8656(58, "7.2 (9)")
            .must("refuses ADDITIONAL-ADDRESS-FAMILY of IPv4 with 400")
            .quote(
                    "If yes, and the attribute value is 0x01 (IPv4 address family), then the server rejects the request with a 400 (Bad"
                            + " Request) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> additional(bench.client(), IpFamily.IPV4)
                    .error(400, "An Allocate with ADDITIONAL-ADDRESS-FAMILY of IPv4 is refused with 400"));

    private static final Case BOTH = Case.rfc8656(59, "7.2 (9)")
            .must("grants an address of each family, or one and says why not the other")
            .quote(
                    "If the server can partially meet the request, i.e., if it can only allocate one relayed transport address of a specific"
                            + " address type, then it includes ADDRESS-ERROR-CODE attribute in the success response ... If the server can"
                            + " fully meet the request, then the server allocates one IPv4 and one IPv6 relay address")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Reply reply = additional(bench.client(), IpFamily.IPV6)
                        .success("An Allocate with ADDITIONAL-ADDRESS-FAMILY of IPv6 is granted, at least in part");
                if (reply.relayedAddresses().size() == 1) {
                    tellsWhy(bench, reply, Set.of(440, 508));
                    return;
                }
                Set<IpFamily> families = reply.relayedAddresses().stream()
                        .map(address -> IpFamily.of(address.ip()))
                        .collect(Collectors.toSet());
                bench.expectEqual(Set.of(IpFamily.values()), families, "There is one relayed address of each family");
                reply.hasNot(AttributeType.ADDRESS_ERROR_CODE);
            });

    private static final Case ONE_OF_TWO = Case.rfc8656(59, "7.2 (9)")
            .part('b')
            .must("says 440 in ADDRESS-ERROR-CODE where it relays IPv4 alone")
            .quote(
                    "The error code value signaled in the ADDRESS-ERROR-CODE attribute could be 440 (Address Family not Supported) or 508"
                            + " (Insufficient Capacity).")
            .on(Setup.IPV4_RELAY_ONLY)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Reply reply = additional(bench.client(), IpFamily.IPV6).success("The Allocate is granted in part");
                bench.expectEqual(1, reply.relayedAddresses().size(), "There is one relayed address");
                tellsWhy(bench, reply, Set.of(440));
            });

    /** ADDRESS-ERROR-CODE: the family, 13 reserved bits, the class in three, the number in eight (RFC 8656 section 18.12). */
    private static void tellsWhy(Bench bench, Reply reply, Set<Integer> codes) {
        ByteBuffer value = ByteBuffer.wrap(reply.value(AttributeType.ADDRESS_ERROR_CODE));
        bench.expect(value.remaining() >= 4, "ADDRESS-ERROR-CODE has four bytes or more");
        bench.expectEqual(
                IpFamily.IPV6.code(), (int) value.get(0), "ADDRESS-ERROR-CODE names the family that is missing, IPv6");
        int code = (value.get(2) & 7) * 100 + value.get(3);
        bench.expect(codes.contains(code), "ADDRESS-ERROR-CODE, " + code + ", is one of " + codes);
    }

    private static final Case OTHER_FAMILY = Case.rfc8656(97, "5")
            .must("relays between a client over IPv4 and a peer over IPv6")
            .quote("IPv6 support in TURN includes IPv4-to-IPv6, IPv6-to-IPv6, and IPv6-to-IPv4 relaying.")
            .needs(Need.CREDENTIALS, Need.IPV6_PEER)
            .run(bench -> crosses(bench.client(), bench.ipv6Peer(), IpFamily.IPV6));

    private static final Case FROM_IPV6 = Case.rfc8656(97, "5")
            .part('b')
            .must("relays between a client over IPv6 and peers over either")
            .quote("IPv6 support in TURN includes IPv4-to-IPv6, IPv6-to-IPv6, and IPv6-to-IPv4 relaying.")
            .needs(Need.CREDENTIALS, Need.IPV6, Need.PEER, Need.IPV6_PEER)
            .run(bench -> {
                crosses(bench.ipv6Client(), bench.peer(), IpFamily.IPV4);
                crosses(bench.ipv6Client(), bench.ipv6Peer(), IpFamily.IPV6);
            });

    private static void crosses(Client client, Peer peer, IpFamily family) {
        TransportAddress relayed = requested(client, family)
                .orNotOffered(440, "an Allocate for " + family)
                .success("An Allocate for " + family + " is granted")
                .relayed();
        client.permitted(peer);
        byte[] payload = new byte[1000];
        payload[999] = 1;
        client.indicate(peer.address(), payload);
        peer.receives(payload, relayed, "The peer gets the client's data");
        peer.send(relayed, payload);
        client.receivesData(peer.address(), payload, "The client gets the peer's data");
        client.bound(0x4000, peer);
        client.channelData(0x4000, payload);
        peer.receives(payload, relayed, "The peer gets what goes through a channel");
        peer.send(relayed, payload);
        client.receivesChannelData(0x4000, payload, "And back");
    }

    private static Reply requested(Client client, IpFamily family) {
        return client.allocate(e -> e.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, family.attribute()));
    }

    private static Reply additional(Client client, IpFamily family) {
        return client.allocate(e -> e.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, family.attribute()));
    }

    static final List<Case> ALL =
            List.of(TWO_FAMILIES, REQUESTED, UNSUPPORTED, ADDITIONAL_IPV4, BOTH, ONE_OF_TWO, OTHER_FAMILY, FROM_IPV6);

    private AddressFamilyCases() {}
}
