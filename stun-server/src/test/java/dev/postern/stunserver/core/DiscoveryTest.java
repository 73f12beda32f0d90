package dev.postern.stunserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.stunserver.core.BindingOutput.Event;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NAT behaviour discovery (RFC 5780) on four sockets of IPv4 and four of IPv6; the number is the case's. */
class DiscoveryTest {

    record Family(DiscoveryAddresses addresses, TransportAddress client, int addressBytes) {
        @Override
        public String toString() {
            return client.ip().isIpv4() ? "IPv4" : "IPv6";
        }
    }

    private static final TransactionId ID = TransactionId.of(ByteBuffer.allocate(12), 0);
    private static final int CHANGED_ADDRESS = 0x0005;
    private static final int SOURCE_ADDRESS = 0x0004;
    private static final int LONGEST_SMALL_REQUEST = 200;
    private static final int FILLER = 0xC000;

    static final Family[] FAMILIES = {
        new Family(pair("192.0.2.1:3478", "192.0.2.2:3479"), TransportAddress.parse("198.51.100.7:40000"), 12),
        new Family(
                pair("[2001:db8::1]:3478", "[2001:db8::2]:3479"), TransportAddress.parse("[2001:db8:7::7]:40000"), 24)
    };

    private static final Family IPV4 = FAMILIES[0];

    private final RecordingOutput output = new RecordingOutput();
    private final StunEncoder encoder = new StunEncoder();
    private final BindingEngine engine =
            new BindingEngine(output, null, null, List.of(FAMILIES[0].addresses, FAMILIES[1].addresses));

    private static DiscoveryAddresses pair(String primary, String alternate) {
        return new DiscoveryAddresses(TransportAddress.parse(primary), TransportAddress.parse(alternate));
    }

    private static FiveTuple path(Family family, TransportAddress server) {
        return new FiveTuple(TransportProtocol.UDP, family.client, server);
    }

    private static FiveTuple path(Family family) {
        return path(family, family.addresses.primary());
    }

    private ByteBuffer request(UnaryOperator<StunEncoder> attributes) {
        StunEncoder begun = encoder.begin(ByteBuffer.allocate(4096), MessageClass.REQUEST, Method.BINDING, ID);
        return attributes.apply(begun).finish();
    }

    private StunMessage ask(BindingEngine asked, FiveTuple path, UnaryOperator<StunEncoder> attributes) {
        output.replies.clear();
        output.paths.clear();
        asked.onPacket(0, path, request(attributes));
        return output.onlyReply();
    }

    private StunMessage ask(FiveTuple path, UnaryOperator<StunEncoder> attributes) {
        return ask(engine, path, attributes);
    }

    private TransportAddress in(StunMessage reply, int type) {
        assertThat(reply.has(type)).as(AttributeType.nameOf(type)).isTrue();
        return Objects.requireNonNull(reply.address(reply.indexOf(type)));
    }

    private static void assertRefused(StunMessage reply, ErrorCode error) {
        assertThat(reply.errorCode(reply.indexOf(AttributeType.ERROR_CODE))).isEqualTo(error.code());
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void rfc5780_111_allFourSourcesAreReachedFromAllFourSockets(Family family) {
        TransportAddress one = family.addresses.primary();
        TransportAddress two = family.addresses.alternate();
        for (TransportAddress asked : family.addresses.sockets()) {
            IpAddress otherIp = (asked.ip().equals(one.ip()) ? two : one).ip();
            int otherPort = asked.port() == one.port() ? two.port() : one.port();
            TransportAddress[] expected = {
                asked,
                TransportAddress.of(asked.ip(), otherPort),
                TransportAddress.of(otherIp, asked.port()),
                TransportAddress.of(otherIp, otherPort)
            };
            for (int flags = 0; flags <= 6; flags += 2) {
                int change = flags;
                StunMessage reply = ask(
                        path(family, asked),
                        r -> r.u32(AttributeType.CHANGE_REQUEST, change).text(FILLER, "room"));
                TransportAddress source = expected[flags / 2];
                assertThat(output.paths).containsExactly(new FiveTuple(TransportProtocol.UDP, family.client, source));
                assertThat(in(reply, AttributeType.RESPONSE_ORIGIN)).isEqualTo(source);
                assertThat(in(reply, AttributeType.OTHER_ADDRESS)).isEqualTo(expected[3]);
            }
        }
    }

    @Test
    void rfc5780_111_otherBitsOfChangeRequestAreIgnored() {
        ask(path(IPV4), r -> r.u32(AttributeType.CHANGE_REQUEST, 0xFFFF_FFF9L));
        assertThat(output.paths).containsExactly(path(IPV4));
    }

    @Test
    void rfc5780_112_plainAnswerTellsAllAddressesOfIpv4AndNoneOfRfc3489() {
        StunMessage reply = ask(path(IPV4), r -> r);

        assertThat(reply.xorAddress(reply.indexOf(AttributeType.XOR_MAPPED_ADDRESS)))
                .isEqualTo(IPV4.client);
        assertThat(in(reply, AttributeType.MAPPED_ADDRESS)).isEqualTo(IPV4.client);
        assertThat(in(reply, AttributeType.RESPONSE_ORIGIN)).isEqualTo(IPV4.addresses.primary());
        assertThat(in(reply, AttributeType.OTHER_ADDRESS)).isEqualTo(IPV4.addresses.alternate());
        assertThat(reply.unknownRequired(
                        type -> type == AttributeType.XOR_MAPPED_ADDRESS || type == AttributeType.MAPPED_ADDRESS))
                .as("a client of RFC 8489 fails on these")
                .isEmpty();
    }

    @Test
    void rfc5780_112_clientOfRfc3489ThatSendsChangeRequestGetsItsAttributesToo() {
        StunMessage reply = ask(path(IPV4), r -> r.u32(AttributeType.CHANGE_REQUEST, Vantage.CHANGE_PORT));

        assertThat(in(reply, CHANGED_ADDRESS)).isEqualTo(in(reply, AttributeType.OTHER_ADDRESS));
        assertThat(in(reply, SOURCE_ADDRESS)).isEqualTo(in(reply, AttributeType.RESPONSE_ORIGIN));
    }

    /** RFC 5780 wants all four; the shortest requests over IPv6 have no room for them within four times their length. */
    @Test
    void rfc5780_112_ipv6AnswerHasWhatFitsIntoFourTimesItsRequest() {
        Family ipv6 = FAMILIES[1];
        StunMessage shortest = ask(path(ipv6), r -> r); // 20 bytes
        assertThat(in(shortest, AttributeType.OTHER_ADDRESS)).isEqualTo(ipv6.addresses.alternate());
        assertThat(shortest.has(AttributeType.RESPONSE_ORIGIN)).isFalse();

        StunMessage longer = ask(path(ipv6), r -> r.bytes(FILLER, new byte[8])); // 32 bytes
        assertThat(in(longer, AttributeType.RESPONSE_ORIGIN)).isEqualTo(ipv6.addresses.primary());
        assertThat(in(longer, AttributeType.MAPPED_ADDRESS)).isEqualTo(ipv6.client);
    }

    @Test
    void rfc5780_112_namesAreTheExternalOnesAndSocketsTheInternalOnesBehindANat() {
        List<IpAddress> external = List.of(IpAddress.parse("203.0.113.1"), IpAddress.parse("203.0.113.2"));
        DiscoveryAddresses natted =
                new DiscoveryAddresses(IPV4.addresses.primary(), IPV4.addresses.alternate(), external);
        StunMessage reply = ask(
                new BindingEngine(output, null, null, List.of(natted)),
                path(IPV4),
                r -> r.u32(AttributeType.CHANGE_REQUEST, Vantage.CHANGE_IP));

        assertThat(output.paths.get(0).server()).isEqualTo(TransportAddress.parse("192.0.2.2:3478"));
        assertThat(in(reply, AttributeType.RESPONSE_ORIGIN)).isEqualTo(TransportAddress.parse("203.0.113.2:3478"));
        assertThat(in(reply, AttributeType.OTHER_ADDRESS)).isEqualTo(TransportAddress.parse("203.0.113.2:3479"));
    }

    @Test
    void rfc5780_113_responsePortOfTwoOrFourBytesIsWhereTheAnswerGoes() {
        List<UnaryOperator<StunEncoder>> forms = List.of(
                r -> r.u16(AttributeType.RESPONSE_PORT, 50_000),
                r -> r.u32(AttributeType.RESPONSE_PORT, 50_000L << 16));
        for (UnaryOperator<StunEncoder> form : forms) {
            StunMessage reply = ask(path(IPV4), form);
            assertThat(output.paths.get(0).client()).isEqualTo(TransportAddress.parse("198.51.100.7:50000"));
            assertThat(in(reply, AttributeType.MAPPED_ADDRESS)).isEqualTo(IPV4.client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"port 0", "port of 3 bytes", "flags of 2 bytes", "port and padding"})
    void rfc5780_113_malformedAttributesAreRefusedToTheSourceOfTheRequest(String what) {
        StunMessage reply = ask(path(IPV4), r -> switch (what) {
            case "port 0" -> r.u16(AttributeType.RESPONSE_PORT, 0);
            case "port of 3 bytes" -> r.bytes(AttributeType.RESPONSE_PORT, new byte[] {1, 1, 1});
            case "flags of 2 bytes" -> r.u16(AttributeType.CHANGE_REQUEST, 6);
            default -> r.u16(AttributeType.RESPONSE_PORT, 50_000).bytes(AttributeType.PADDING, new byte[4]);
        });
        assertRefused(reply, ErrorCode.BAD_REQUEST);
        assertThat(output.paths).containsExactly(path(IPV4));
        assertThat(output.events).containsExactly(Event.REFUSED_BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 6, 1499, 1500, 1501, 3000})
    void rfc5780_114_paddingIsTheRequestsUpToTheMtuAndAMultipleOfFour(int bytes) {
        StunMessage reply = ask(path(IPV4), r -> r.bytes(AttributeType.PADDING, new byte[bytes]));

        int length = reply.valueLength(reply.indexOf(AttributeType.PADDING));
        assertThat(length).isEqualTo(Math.min((bytes + 3) / 4 * 4, 1500));
    }

    @ParameterizedTest
    @ValueSource(ints = {AttributeType.CHANGE_REQUEST, AttributeType.RESPONSE_PORT, AttributeType.PADDING})
    void rfc5780_115_streamsAndOtherSocketsDoNotKnowIt(int type) {
        List<FiveTuple> elsewhere = List.of(
                new FiveTuple(TransportProtocol.TCP, IPV4.client, IPV4.addresses.primary()),
                new FiveTuple(TransportProtocol.TLS, IPV4.client, IPV4.addresses.primary()),
                path(IPV4, TransportAddress.parse("192.0.2.1:5000")));
        for (FiveTuple path : elsewhere) {
            assertRefused(ask(path, r -> r.u32(type, 6)), ErrorCode.UNKNOWN_ATTRIBUTE);
            assertThat(ask(path, r -> r).has(AttributeType.OTHER_ADDRESS)).isFalse();
        }
    }

    @Test
    void rfc5780_115_noRequestReachesAnotherAddressAndOneSourceGetsOneLimitForAllPorts() {
        BindingEngine limited = new BindingEngine(output, new SourceLimiter(1, 20, 7), null, List.of(IPV4.addresses));
        for (int port = 1; port <= 100; port++) {
            int to = port;
            limited.onPacket(
                    0,
                    path(IPV4),
                    request(r -> r.u16(AttributeType.RESPONSE_PORT, to).u32(AttributeType.CHANGE_REQUEST, 6)));
        }
        assertThat(output.paths)
                .hasSize(20)
                .allSatisfy(path -> assertThat(path.client().ip()).isEqualTo(IPV4.client.ip()));
        assertThat(output.events).endsWith(Event.DROPPED_OVER_LIMIT);
    }

    /** Every length up to 200 bytes, with each choice of the attributes that count, each without a FINGERPRINT and with one. */
    @ParameterizedTest
    @FieldSource("FAMILIES")
    void s12_answerIsAtMostFourTimesAsLongAsItsRequest(Family family) {
        double worst = 0;
        for (int choice = 0; choice < 64; choice++) {
            for (int filler = 0; filler <= LONGEST_SMALL_REQUEST; filler += 4) {
                int chosen = choice;
                int fillerBytes = filler;
                ByteBuffer packet = request(r -> attributes(r, chosen, fillerBytes));
                if (packet.remaining() <= LONGEST_SMALL_REQUEST) {
                    int requestBytes = packet.remaining();
                    output.replies.clear();
                    engine.onPacket(0, path(family), packet);
                    worst = Math.max(worst, (double) output.replies.get(0).remaining() / requestBytes);
                }
            }
        }
        assertThat(worst).isGreaterThan(3).isLessThanOrEqualTo(BindingEngine.MAX_DISCOVERY_AMPLIFICATION);
    }

    private static StunEncoder attributes(StunEncoder request, int choice, int fillerBytes) {
        List<UnaryOperator<StunEncoder>> all = List.of(
                r -> r.u32(AttributeType.CHANGE_REQUEST, 6),
                r -> r.u16(AttributeType.RESPONSE_PORT, 9),
                r -> r.bytes(AttributeType.PADDING, new byte[fillerBytes]),
                r -> r.bytes(FILLER, new byte[fillerBytes]),
                r -> r.flag(0x7000),
                StunEncoder::fingerprint);
        StunEncoder begun = request;
        for (int i = 0; i < all.size(); i++) {
            begun = (choice >> i & 1) == 0 ? begun : all.get(i).apply(begun);
        }
        return begun;
    }

    @Test
    void s12_numbersOfAnswersThatAreLongForTheirRequests() {
        List<Integer> sizes = new ArrayList<>();
        ask(path(IPV4), r -> r);
        sizes.add(output.replies.get(0).remaining());
        ask(path(IPV4), r -> r.u32(AttributeType.CHANGE_REQUEST, 6));
        sizes.add(output.replies.get(0).remaining());
        ask(path(IPV4), r -> r.bytes(AttributeType.PADDING, new byte[1500]));
        sizes.add(output.replies.get(0).remaining());

        assertThat(sizes).as("to requests of 20, 28 and 1524 bytes").containsExactly(68, 92, 1572);
    }

    @Test
    void s27_paddingShowsNoOldMemory() {
        for (int i = 0; i < 2; i++) {
            StunMessage reply = ask(path(IPV4), r -> r.bytes(AttributeType.PADDING, new byte[1500]));
            ByteBuffer padding = reply.slice(reply.indexOf(AttributeType.PADDING));
            while (padding.hasRemaining()) {
                assertThat(padding.get()).isZero();
            }
        }
        assertThat(new StunMessage().decode(output.replies.get(0))).isEqualTo(DecodeResult.OK);
    }
}
