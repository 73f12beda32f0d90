package dev.postern.stunserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.Fingerprint;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stunserver.core.BindingOutput.Event;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of RFC 8489 and 5780 that a Binding server without authentication can show; the number is the case's. */
class Rfc8489BindingTest {

    private static final TransportAddress SERVER = TransportAddress.parse("192.0.2.1:3478");
    private static final FiveTuple PATH = path(TransportProtocol.UDP, "198.51.100.7:40000");
    private static final TransactionId ID =
            TransactionId.of(ByteBuffer.wrap(HexFormat.of().parseHex("B7E7A701BC34D686FA87DFAE")), 0);
    private static final String PLAIN = "0001 0000 2112A442 B7E7A701BC34D686FA87DFAE";

    private final RecordingOutput output = new RecordingOutput();
    private final BindingEngine engine = new BindingEngine(output, null, null);
    private final StunEncoder encoder = new StunEncoder();
    private long nowNanos;

    private static FiveTuple path(TransportProtocol protocol, String client) {
        return new FiveTuple(protocol, TransportAddress.parse(client), SERVER);
    }

    private static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
    }

    private StunEncoder request() {
        return begin(MessageClass.REQUEST, Method.BINDING);
    }

    private StunEncoder begin(MessageClass messageClass, Method method) {
        return encoder.begin(ByteBuffer.allocate(4096), messageClass, method, ID);
    }

    private void receive(ByteBuffer packet) {
        engine.onPacket(nowNanos, PATH, packet);
    }

    private void assertDropped(DecodeResult reason) {
        assertThat(output.replies).isEmpty();
        assertThat(output.malformed).containsExactly(reason);
        assertThat(output.events).isEmpty();
    }

    private void assertSilent(Event event) {
        assertThat(output.replies).isEmpty();
        assertThat(output.events).containsExactly(event);
    }

    private StunMessage assertSuccess() {
        StunMessage reply = output.onlyReply();
        assertThat(reply.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
        assertThat(output.events).containsExactly(Event.SUCCEEDED);
        return reply;
    }

    private StunMessage assertRefused(ErrorCode error) {
        StunMessage reply = output.onlyReply();
        assertThat(reply.messageClass()).isEqualTo(MessageClass.ERROR_RESPONSE);
        assertThat(reply.errorCode(reply.indexOf(AttributeType.ERROR_CODE))).isEqualTo(error.code());
        assertThat(reply.has(AttributeType.XOR_MAPPED_ADDRESS)).isFalse();
        return reply;
    }

    private static List<Integer> unknownAttributes(StunMessage reply) {
        ByteBuffer list = reply.slice(reply.indexOf(AttributeType.UNKNOWN_ATTRIBUTES));
        List<Integer> types = new ArrayList<>();
        while (list.hasRemaining()) {
            types.add(list.getShort() & 0xFFFF);
        }
        return types;
    }

    @ParameterizedTest
    @ValueSource(strings = {"4001", "8001", "C001"})
    void rfc8489_001_firstTwoBitsNotZeroGetNoAnswer(String type) {
        receive(hex(type + PLAIN.substring(4)));
        assertDropped(DecodeResult.NOT_STUN);
    }

    @Test
    void rfc8489_002_wrongCookieIsNotStun() {
        receive(hex("0001 0000 2112A443 B7E7A701BC34D686FA87DFAE"));
        assertDropped(DecodeResult.BAD_COOKIE);
    }

    @Test
    void rfc8489_003_lengthThatIsNoMultipleOfFourIsDropped() {
        receive(hex("0001 0002 2112A442 B7E7A701BC34D686FA87DFAE 0000"));
        assertDropped(DecodeResult.BAD_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0001 0004 2112A442 B7E7A701BC34D686FA87DFAE",
                "0001 0000 2112A442 B7E7A701BC34D686FA87DFAE 80220000",
            })
    void rfc8489_004_lengthThatIsNotTheDatagramsIsDropped(String packet) {
        receive(hex(packet));
        assertDropped(DecodeResult.BAD_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 19})
    void rfc8489_005_lessThanAHeaderIsDropped(int bytes) {
        receive(hex(PLAIN).limit(bytes));
        assertDropped(DecodeResult.TOO_SHORT);
    }

    @Test
    void rfc8489_006_attributePastTheEndIsDroppedAndTheNextRequestIsAnswered() {
        receive(hex("0001 0008 2112A442 B7E7A701BC34D686FA87DFAE 8022 0005 41414141"));
        assertDropped(DecodeResult.ATTRIBUTE_OVERRUN);

        receive(hex(PLAIN));
        assertSuccess();
    }

    @Test
    void rfc8489_007_paddingOfAnyValueIsIgnored() {
        receive(hex("0001 0008 2112A442 B7E7A701BC34D686FA87DFAE 8022 0001 41FFFFFF"));
        assertSuccess();
    }

    @Test
    void rfc8489_007_paddingIsZeroOnSend() {
        BindingEngine talkative = new BindingEngine(output, null, "a");
        talkative.onPacket(
                nowNanos,
                PATH,
                request().u8(0x7001, 1).u8(0x7002, 1).u8(0x7003, 1).finish());

        StunMessage reply = output.onlyReply();
        int unknown = reply.indexOf(AttributeType.UNKNOWN_ATTRIBUTES);
        int software = reply.indexOf(AttributeType.SOFTWARE);
        assertThat(reply.buffer().getShort(reply.valueOffset(unknown) + 6)).isZero();
        assertThat(reply.buffer().getInt(reply.valueOffset(software))).isEqualTo('a' << 24);
    }

    @Test
    void rfc8489_008_onlyTheFirstOfARepeatedAttributeCounts() {
        receive(request()
                .text(AttributeType.SOFTWARE, "one")
                .text(AttributeType.SOFTWARE, "x".repeat(800))
                .finish());
        assertThat(output.events).containsExactly(Event.SUCCEEDED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x002, 0x003, 0x009, 0x080, 0xFFF})
    void rfc8489_009_unknownMethodIsDropped(int method) {
        receive(encoder.begin(ByteBuffer.allocate(64), MessageClass.REQUEST, method, ID)
                .finish());
        assertSilent(Event.DROPPED_METHOD);
    }

    @Test
    void rfc8489_010_bindingIndicationGetsNoAnswer() {
        receive(begin(MessageClass.INDICATION, Method.BINDING).finish());
        assertSilent(Event.IGNORED_INDICATION);
    }

    @Test
    void rfc8489_010_sendRequestGetsNoAnswer() {
        receive(begin(MessageClass.REQUEST, Method.SEND).finish());
        assertSilent(Event.DROPPED_METHOD);
    }

    @Test
    void rfc8489_011_unknownRequiredAttributesAreListedEachOnce() {
        receive(request()
                .u32(0x7001, 1)
                .u32(AttributeType.PRIORITY, 2)
                .text(AttributeType.SOFTWARE, "known")
                .u32(0x7001, 3)
                .u32(0xC001, 4)
                .finish());

        StunMessage reply = assertRefused(ErrorCode.UNKNOWN_ATTRIBUTE);
        assertThat(unknownAttributes(reply)).containsExactly(0x7001, AttributeType.PRIORITY);
        assertThat(output.events).containsExactly(Event.REFUSED_UNKNOWN_ATTRIBUTE);
    }

    @Test
    void rfc8489_011_asManyUnknownAttributesAsAMessageHoldsAreListed() {
        StunEncoder request = request();
        for (int i = 0; i < StunMessage.MAX_ATTRIBUTES; i++) {
            request.flag(0x7000 + i);
        }
        new BindingEngine(output, null, "x".repeat(763)).onPacket(nowNanos, PATH, request.finish());

        assertThat(unknownAttributes(assertRefused(ErrorCode.UNKNOWN_ATTRIBUTE)))
                .hasSize(StunMessage.MAX_ATTRIBUTES);
    }

    @Test
    void rfc8489_012_unknownOptionalAttributeIsIgnored() {
        receive(request().u32(0xC001, 4).u64(AttributeType.ICE_CONTROLLING, 7).finish());
        assertSuccess();
    }

    @Test
    void rfc8489_013_indicationWithAnUnknownRequiredAttributeIsDropped() {
        receive(begin(MessageClass.INDICATION, Method.BINDING).u32(0x7001, 1).finish());
        assertSilent(Event.IGNORED_INDICATION);
    }

    @Test
    void rfc8489_014_responseHasTheRequestsMethodAndTransaction() {
        receive(hex(PLAIN));

        StunMessage reply = assertSuccess();
        assertThat(reply.method()).isEqualTo(Method.BINDING);
        assertThat(reply.transactionId()).isEqualTo(ID);
    }

    @Test
    void rfc8489_015_errorResponseIsWellFormed() {
        receive(request().u32(0x7001, 1).finish());

        StunMessage reply = assertRefused(ErrorCode.UNKNOWN_ATTRIBUTE);
        int error = reply.indexOf(AttributeType.ERROR_CODE);
        int word = reply.buffer().getInt(reply.valueOffset(error));
        assertThat(word >>> 11).as("reserved bits").isZero();
        assertThat(word >>> 8 & 7).as("class").isEqualTo(4);
        assertThat(word & 0xFF).as("number").isEqualTo(20);
        assertThat(reply.slice(error).position(4))
                .isEqualTo(ByteBuffer.wrap("Unknown Attribute".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void rfc8489_016_responseGoesBackOnThePathOfTheRequest() {
        receive(hex(PLAIN));
        assertThat(output.paths).containsExactly(PATH);
    }

    @Test
    void rfc8489_017_requestSentAgainGetsTheSameAnswer() {
        receive(hex(PLAIN));
        nowNanos += Duration.ofSeconds(39).toNanos();
        receive(hex(PLAIN));

        assertThat(output.replies.get(1)).isEqualTo(output.replies.get(0));
    }

    @Test
    void rfc8489_018_softwareIsSentOnlyWhenConfigured() {
        receive(hex(PLAIN));
        assertThat(output.onlyReply().has(AttributeType.SOFTWARE)).isFalse();
        output.replies.clear();

        new BindingEngine(output, null, "Postern").onPacket(nowNanos, PATH, hex(PLAIN));
        StunMessage reply = output.onlyReply();
        assertThat(reply.text(reply.indexOf(AttributeType.SOFTWARE))).isEqualTo("Postern");
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.51.100.7:40000", "255.255.255.255:65535", "[2001:db8::7]:1", "[::ffff:192.0.2.3]:9"})
    void rfc8489_019_successHasTheSourcesAddress(String client) {
        engine.onPacket(nowNanos, path(TransportProtocol.UDP, client), hex(PLAIN));

        StunMessage reply = assertSuccess();
        assertThat(reply.xorAddress(reply.indexOf(AttributeType.XOR_MAPPED_ADDRESS)))
                .isEqualTo(TransportAddress.parse(client));
    }

    @Test
    void rfc8489_019_addressIsXoredWithCookieAndTransaction() {
        engine.onPacket(nowNanos, path(TransportProtocol.UDP, "192.0.2.1:32853"), hex(PLAIN));
        engine.onPacket(
                nowNanos, path(TransportProtocol.UDP, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"), hex(PLAIN));

        assertThat(output.replies)
                .containsExactly( // the values of RFC 5769 sections 2.2 and 2.3
                        hex("0101 000C 2112A442 B7E7A701BC34D686FA87DFAE 0020 0008 0001 A147 E112A643"),
                        hex("0101 0018 2112A442 B7E7A701BC34D686FA87DFAE 0020 0014 0002 A147"
                                + "0113A9FAA5D3F179BC25F4B5BED2B9D9"));
    }

    @Test
    void rfc8489_020_wrongFingerprintIsDropped() {
        ByteBuffer packet = request().fingerprint().finish();
        packet.put(packet.limit() - 1, (byte) (packet.get(packet.limit() - 1) ^ 1));
        receive(packet);
        assertSilent(Event.DROPPED_BAD_FINGERPRINT);
    }

    @Test
    void rfc8489_020_fingerprintThatIsNotLastIsDropped() {
        receive(request().fingerprint().text(AttributeType.SOFTWARE, "behind").finish());
        assertSilent(Event.DROPPED_BAD_FINGERPRINT);
    }

    @Test
    void rfc8489_020_responseHasAFingerprintIfTheRequestHadOne() {
        receive(request().fingerprint().finish());
        assertThat(Fingerprint.matches(assertSuccess())).isTrue();
    }

    @Test
    void rfc8489_020_responseHasNoFingerprintIfTheRequestHadNone() {
        receive(hex(PLAIN));
        assertThat(assertSuccess().has(AttributeType.FINGERPRINT)).isFalse();
    }

    @Test
    void rfc8489_020_errorHasAFingerprintToo() {
        receive(request().u32(0x7001, 1).fingerprint().finish());
        assertThat(Fingerprint.matches(assertRefused(ErrorCode.UNKNOWN_ATTRIBUTE)))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void rfc8489_021_bindingNeedsNoAuthentication(TransportProtocol protocol) {
        ByteBuffer withUnusedCredentials = request()
                .text(AttributeType.USERNAME, "nobody")
                .text(AttributeType.REALM, "nowhere")
                .bytes(AttributeType.MESSAGE_INTEGRITY, new byte[20])
                .finish();
        engine.onPacket(nowNanos, path(protocol, "198.51.100.7:40000"), withUnusedCredentials);
        assertSuccess();
    }

    @Test
    void rfc8489_022_answerNamesNoAlternateServer() {
        receive(hex(PLAIN));
        StunMessage reply = assertSuccess();
        assertThat(reply.attributeCount()).isOne();
        assertThat(reply.attributeType(0)).isEqualTo(AttributeType.XOR_MAPPED_ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(ints = {AttributeType.USERNAME, AttributeType.REALM, AttributeType.NONCE, AttributeType.SOFTWARE})
    void rfc8489_025_textLongerThanAllowedIsRefused(int type) {
        receive(request().bytes(type, new byte[764]).finish());

        assertRefused(ErrorCode.BAD_REQUEST);
        assertThat(output.events).containsExactly(Event.REFUSED_BAD_REQUEST);
    }

    @Test
    void rfc8489_025_longestTextsAreAccepted() {
        receive(request()
                .bytes(AttributeType.USERNAME, new byte[508])
                .bytes(AttributeType.SOFTWARE, new byte[763])
                .finish());
        assertSuccess();
    }

    @ParameterizedTest
    @ValueSource(ints = {AttributeType.CHANGE_REQUEST, AttributeType.RESPONSE_PORT, AttributeType.PADDING})
    void rfc5780_110_behaviourDiscoveryIsUnknownToAServerWithOneAddress(int type) {
        for (int flags : new int[] {0, 2, 4, 6}) {
            output.replies.clear();
            receive(request().u32(type, flags).finish());
            assertThat(unknownAttributes(assertRefused(ErrorCode.UNKNOWN_ATTRIBUTE)))
                    .containsExactly(type);
        }
    }
}
