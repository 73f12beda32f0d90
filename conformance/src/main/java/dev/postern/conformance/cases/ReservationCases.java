package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.IpFamily;
import dev.postern.conformance.Need;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Even ports and reserved ones (RFC 8656 section 7.2). */
final class ReservationCases {

    private static final int RESERVE = 0x80;
    private static final long FOREIGN_TOKEN = 0x0123456789ABCDEFL;

    private static final Case CONTRADICTIONS = Case.rfc8656(52, "7.2 (5)")
            .must("refuses RESERVATION-TOKEN together with EVEN-PORT or a family with 400")
            .quote(
                    "If yes, and the request also contains an EVEN-PORT or REQUESTED-ADDRESS-FAMILY or ADDITIONAL-ADDRESS-FAMILY"
                            + " attribute, the server rejects the request with a 400 (Bad Request) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                List<Consumer<StunEncoder>> others = List.of(
                        e -> e.u8(AttributeType.EVEN_PORT, 0),
                        e -> e.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, IpFamily.IPV4.attribute()),
                        e -> e.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IpFamily.IPV6.attribute()));
                List<String> names = List.of("EVEN-PORT", "REQUESTED-ADDRESS-FAMILY", "ADDITIONAL-ADDRESS-FAMILY");
                for (int i = 0; i < others.size(); i++) {
                    Consumer<StunEncoder> other = others.get(i);
                    bench.client()
                            .allocate(e -> {
                                e.u64(AttributeType.RESERVATION_TOKEN, FOREIGN_TOKEN);
                                other.accept(e);
                            })
                            .error(400, "RESERVATION-TOKEN with " + names.get(i) + " is refused with 400");
                }
            });

    private static final Case BAD_TOKEN = Case.rfc8656(53, "7.2 (5)")
            .must("refuses a token that it did not give, or that was used, with 508")
            .quote(
                    "If the token is not valid for some reason, the server rejects the request with a 508 (Insufficient Capacity) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                redeem(bench.client(), FOREIGN_TOKEN).error(508, "A token of nobody is refused with 508");
                long token = reserve(bench.client()).u64(AttributeType.RESERVATION_TOKEN);
                redeem(bench.client(), token).success("A token is taken once");
                redeem(bench.client(), token).error(508, "A token that was used is refused with 508");
            });

    private static final Case EVEN = Case.rfc8656(56, "7.2")
            .must(
                    "gives an even port where EVEN-PORT asks for it, and a token of eight bytes where the next one is asked for too")
            .quote(
                    "If the request contains an EVEN-PORT attribute with the R bit set to 0, then the server allocates a relayed transport"
                            + " address with an even port number. ... The server then includes the token in a RESERVATION-TOKEN attribute in"
                            + " the success response.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                for (int i = 0; i < 4; i++) {
                    Reply reply = bench.client()
                            .allocate(e -> e.u8(AttributeType.EVEN_PORT, 0))
                            .success("An Allocate with EVEN-PORT is granted");
                    bench.expectEqual(0, reply.relayed().port() % 2, "The relayed port is even");
                    reply.hasNot(AttributeType.RESERVATION_TOKEN);
                }
                Reply pair = reserve(bench.client());
                bench.expectEqual(0, pair.relayed().port() % 2, "The first port of a pair is even");
                pair.u64(AttributeType.RESERVATION_TOKEN);
            });

    private static final Case PAIR_AND_FAMILY = Case.rfc8656(57, "7.2 (8)")
            .must("refuses EVEN-PORT for a pair together with ADDITIONAL-ADDRESS-FAMILY with 400")
            .quote(
                    "The server checks if the request contains an EVEN-PORT attribute with the R bit set to 1. If yes, and the request also"
                            + " contains an ADDITIONAL-ADDRESS-FAMILY attribute, the server rejects the request with a 400 (Bad Request) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> bench.client()
                    .allocate(e -> e.u8(AttributeType.EVEN_PORT, RESERVE)
                            .u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IpFamily.IPV6.attribute()))
                    .error(400, "An Allocate for a pair of ports and two families is refused with 400"));

    private static final Case NO_PAIR = Case.rfc8656(57, "7.2 (8)")
            .part('b')
            .must("refuses EVEN-PORT with 508 where it has no such port")
            .quote(
                    "If the server cannot satisfy the request, then the server rejects the request with a 508 (Insufficient Capacity) error.")
            .on(Setup.TWO_RELAY_PORTS)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client first = bench.client();
                reserve(first);
                bench.client()
                        .allocate(e -> e.u8(AttributeType.EVEN_PORT, 0))
                        .error(508, "With the only even port in use, EVEN-PORT is refused with 508");
                first.refresh(0).success("The allocation is deleted");
                bench.client()
                        .allocate(e -> e.u8(AttributeType.EVEN_PORT, 0))
                        .success("After that the even port can be had again");
            });

    private static final String HELD = "The server MUST hold this reservation for at least 30 seconds";

    private static final Case TOKEN = Case.rfc8656(62, "7.2")
            .must("gives the reserved port to who brings its token, on any 5-tuple")
            .quote(
                    "The 5-tuple for the Allocate request containing the RESERVATION-TOKEN attribute can be any allowed 5-tuple; it can use a"
                            + " different client IP address and port")
            .needs(Need.CREDENTIALS)
            .run(bench -> redeemsAfter(bench, Duration.ZERO));

    private static final Case HELD_TOKEN = Case.rfc8656(62, "7.2")
            .part('b')
            .must("holds a reserved port for 30 s")
            .quote(HELD)
            .needs(Need.CREDENTIALS)
            .slow()
            .run(bench -> redeemsAfter(bench, Duration.ofSeconds(29)));

    private static void redeemsAfter(Bench bench, Duration time) {
        Reply pair = reserve(bench.client());
        if (!time.isZero()) {
            bench.pass(time);
        }
        Reply second = redeem(bench.client(), pair.u64(AttributeType.RESERVATION_TOKEN))
                .success("An Allocate with the token is granted");
        TransportAddress next =
                TransportAddress.of(pair.relayed().ip(), pair.relayed().port() + 1);
        bench.expectEqual(next, second.relayed(), "It has the port behind the first one, at the same address");
    }

    private static final Case FREED = Case.rfc8656(62, "7.2")
            .part('c')
            .must("has the two ports again when both allocations have ended")
            .quote(
                    "it checks to see if the token is valid (i.e., the token is in range and has not expired, and the corresponding relayed transport"
                            + " address is still available).")
            .note("Seen with two ports in all, so that a port that is not given back is missed.")
            .on(Setup.TWO_RELAY_PORTS)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                for (int round = 0; round < 3; round++) {
                    Client first = bench.client();
                    Client second = bench.client();
                    redeem(second, reserve(first).u64(AttributeType.RESERVATION_TOKEN))
                            .success("Both ports of the pair are granted");
                    first.refresh(0);
                    second.refresh(0);
                }
            });

    /** An Allocate for an even port and the one behind it. */
    private static Reply reserve(Client client) {
        return client.allocate(e -> e.u8(AttributeType.EVEN_PORT, RESERVE))
                .success("An Allocate for a pair of ports is granted");
    }

    private static Reply redeem(Client client, long token) {
        return client.allocate(e -> e.u64(AttributeType.RESERVATION_TOKEN, token));
    }

    static final List<Case> ALL =
            List.of(CONTRADICTIONS, BAD_TOKEN, EVEN, PAIR_AND_FAMILY, NO_PAIR, TOKEN, HELD_TOKEN, FREED);

    private ReservationCases() {}
}
