package dev.postern.stunserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
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
import dev.postern.stunserver.core.BindingOutput.Event;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The security cases that a server without authentication can show; the number is the case's. */
class BindingSecurityTest {

    private static final TransportAddress SERVER = TransportAddress.parse("192.0.2.1:3478");
    private static final TransactionId ID = TransactionId.of(ByteBuffer.allocate(12), 0);
    private static final int LONGEST_SMALL_REQUEST = 200;
    private static final long SECOND = 1_000_000_000L;

    private final RecordingOutput output = new RecordingOutput();
    private final StunEncoder encoder = new StunEncoder();

    private static FiveTuple path(TransportProtocol protocol, String client) {
        return new FiveTuple(protocol, TransportAddress.parse(client), SERVER);
    }

    private static FiveTuple from(int ipv4) {
        return new FiveTuple(TransportProtocol.UDP, TransportAddress.of(IpAddress.ofIpv4(ipv4), 5000), SERVER);
    }

    private StunEncoder begin(MessageClass messageClass, Method method) {
        return encoder.begin(ByteBuffer.allocate(2048), messageClass, method, ID);
    }

    /**
     * All requests up to 200 bytes that have the least of everything: nothing, one optional attribute, unknown attributes
     * without a value, each with and without FINGERPRINT; from an IPv4 and from an IPv6 source.
     */
    @ParameterizedTest
    @ValueSource(strings = {"198.51.100.7:40000", "[2001:db8::7]:40000"})
    void s12_answerIsAtMostTwoAndAHalfTimesAsLongAsItsRequest(String client) {
        BindingEngine engine = new BindingEngine(output, null, null);
        double worst = 0;
        for (int attributes = 0; attributes <= 44; attributes++) {
            for (int type : new int[] {0x7000, 0xC000}) {
                for (boolean fingerprint : new boolean[] {false, true}) {
                    StunEncoder request = begin(MessageClass.REQUEST, Method.BINDING);
                    for (int i = 0; i < attributes; i++) {
                        request.flag(type + i);
                    }
                    ByteBuffer packet = (fingerprint ? request.fingerprint() : request).finish();
                    if (packet.remaining() > LONGEST_SMALL_REQUEST) {
                        continue;
                    }
                    output.replies.clear();
                    engine.onPacket(0, path(TransportProtocol.UDP, client), packet);
                    double ratio = (double) output.replies.get(0).remaining() / packet.remaining();
                    worst = Math.max(worst, ratio);
                }
            }
        }
        assertThat(worst).isGreaterThan(1.5).isLessThanOrEqualTo(BindingEngine.MAX_AMPLIFICATION);
    }

    /** The two requests that matter, in numbers. */
    @Test
    void s12_smallestRequestAndSmallestErrorHaveTheseSizes() {
        BindingEngine engine = new BindingEngine(output, null, null);
        engine.onPacket(0, from(1), begin(MessageClass.REQUEST, Method.BINDING).finish()); // 20 bytes
        engine.onPacket(
                0,
                path(TransportProtocol.UDP, "[2001:db8::7]:1"),
                begin(MessageClass.REQUEST, Method.BINDING).finish());
        engine.onPacket(
                0,
                from(1),
                begin(MessageClass.REQUEST, Method.BINDING).flag(0x7000).finish()); // 24 bytes

        assertThat(output.replies).extracting(ByteBuffer::remaining).containsExactly(32, 44, 56);
    }

    @Test
    void s14_overTheLimitThereIsSilenceAndOthersDoNotNotice() {
        BindingEngine engine = new BindingEngine(output, new SourceLimiter(100, 50, 7), null);
        for (int i = 0; i < 10_000; i++) { // one source, 10,000 in a second; another one every 100 ms
            long now = i * SECOND / 10_000;
            engine.onPacket(
                    now, from(1), begin(MessageClass.REQUEST, Method.BINDING).finish());
            if (i % 1000 == 0) {
                engine.onPacket(
                        now,
                        from(2),
                        begin(MessageClass.REQUEST, Method.BINDING).finish());
            }
        }

        assertThat(Collections.frequency(output.paths, from(1))).isBetween(145, 152);
        assertThat(Collections.frequency(output.paths, from(2))).isEqualTo(10);
        assertThat(Collections.frequency(output.events, Event.DROPPED_OVER_LIMIT))
                .isBetween(9_848, 9_855);
    }

    @Test
    void s14_errorsAreAnswersToo() {
        BindingEngine engine = new BindingEngine(output, new SourceLimiter(1, 3, 7), null);
        for (int i = 0; i < 10; i++) {
            engine.onPacket(
                    0,
                    from(1),
                    begin(MessageClass.REQUEST, Method.BINDING).flag(0x7000).finish());
        }
        assertThat(output.replies).hasSize(3);
    }

    @Test
    void s14_whatGetsNoAnswerUsesUpNothing() {
        BindingEngine engine = new BindingEngine(output, new SourceLimiter(1, 1, 7), null);
        engine.onPacket(0, from(1), ByteBuffer.allocate(3));
        engine.onPacket(
                0, from(1), begin(MessageClass.INDICATION, Method.BINDING).finish());
        engine.onPacket(0, from(1), begin(MessageClass.REQUEST, Method.ALLOCATE).finish());

        engine.onPacket(0, from(1), begin(MessageClass.REQUEST, Method.BINDING).finish());
        assertThat(output.events).endsWith(Event.SUCCEEDED);
    }

    @Test
    void s14_streamWhoseSourceIsKnownToExistIsNotLimited() {
        BindingEngine engine = new BindingEngine(output, new SourceLimiter(1, 1, 7), null);
        for (int i = 0; i < 10; i++) {
            engine.onPacket(
                    0,
                    path(TransportProtocol.TCP, "198.51.100.7:40000"),
                    begin(MessageClass.REQUEST, Method.BINDING).finish());
        }
        assertThat(output.replies).hasSize(10);
    }

    @ParameterizedTest
    @EnumSource(
            value = MessageClass.class,
            names = {"INDICATION", "SUCCESS_RESPONSE", "ERROR_RESPONSE"})
    void s15_whatIsNoRequestGetsNoAnswer(MessageClass messageClass) {
        BindingEngine engine = new BindingEngine(output, null, null);
        for (Method method : Method.values()) {
            engine.onPacket(0, from(1), begin(messageClass, method).flag(0x7000).finish());
        }
        assertThat(output.replies).isEmpty();
        assertThat(output.events).hasSize(Method.values().length);
    }

    @Test
    void s15_serverDoesNotAnswerItsOwnAnswers() {
        BindingEngine engine = new BindingEngine(output, null, "Postern");
        engine.onPacket(0, from(1), begin(MessageClass.REQUEST, Method.BINDING).finish());
        engine.onPacket(
                0,
                from(1),
                begin(MessageClass.REQUEST, Method.BINDING).flag(0x7000).finish());
        for (ByteBuffer reply : List.copyOf(output.replies)) {
            engine.onPacket(0, from(1), reply);
        }
        assertThat(output.replies).hasSize(2);
        assertThat(output.events).endsWith(Event.IGNORED_RESPONSE, Event.IGNORED_RESPONSE);
    }

    @Test
    void s27_shortAnswerShowsNothingOfALongOneBefore() {
        BindingEngine engine = new BindingEngine(output, null, null);
        engine.onPacket(
                0,
                from(1),
                begin(MessageClass.REQUEST, Method.BINDING)
                        .flag(0x7FFF)
                        .flag(0x7FFE)
                        .finish());
        engine.onPacket(
                0,
                from(1),
                begin(MessageClass.REQUEST, Method.BINDING).flag(0x7FFF).finish());

        ByteBuffer reply = output.replies.get(1);
        assertThat(reply.getShort(reply.limit() - 2)).as("padding").isZero();
    }

    @Test
    void s28_randomAndMutatedPacketsThrowNothingAndAreAllAccountedFor() {
        BindingEngine engine = new BindingEngine(output, null, "Postern");
        Random random = new Random(20);
        ByteBuffer seed = begin(MessageClass.REQUEST, Method.BINDING)
                .text(AttributeType.USERNAME, "user")
                .u32(AttributeType.PRIORITY, 1)
                .fingerprint()
                .finish();
        int packets = 200_000;
        for (int i = 0; i < packets; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                bytes = new byte[seed.remaining()];
                seed.get(0, bytes);
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            engine.onPacket(i, from(i), ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)));
        }
        assertThat(output.events.size() + output.malformed.size()).isEqualTo(packets);
        assertThat(output.malformed).contains(DecodeResult.TOO_SHORT, DecodeResult.BAD_LENGTH, DecodeResult.BAD_COOKIE);
        assertThat(output.replies)
                .allSatisfy(reply -> assertThat(new StunMessage().decode(reply)).isEqualTo(DecodeResult.OK));
    }

    @Test
    void answerMakesNoGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        BindingEngine engine = new BindingEngine(new NoOutput(), new SourceLimiter(1_000_000, 1_000_000, 7), null);
        ByteBuffer packet = begin(MessageClass.REQUEST, Method.BINDING).finish();
        FiveTuple path = from(1);
        long before = 0;
        for (int i = 0; i < 30_000; i++) {
            if (i == 20_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            engine.onPacket(i * 1_000_000L, path, packet);
        }
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 10_000.0)
                .as("bytes per answer")
                .isLessThan(1);
    }

    private static final class NoOutput implements BindingOutput {
        @Override
        public void reply(FiveTuple path, ByteBuffer response) {}

        @Override
        public void count(Event event) {}

        @Override
        public void malformed(DecodeResult reason) {}
    }
}
