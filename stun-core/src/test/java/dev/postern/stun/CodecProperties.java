package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What was encoded decodes to the same, whatever it was and wherever it lies. */
class CodecProperties {

    /** One attribute of a message: how it is written, and what a reader must see. */
    private sealed interface Sample {
        void write(StunEncoder encoder);

        void verify(StunMessage message, int index);
    }

    private record Numbers(int type, int size, long value) implements Sample {
        @Override
        public void write(StunEncoder encoder) {
            switch (size) {
                case 0 -> encoder.flag(type);
                case 1 -> encoder.u8(type, (int) value);
                case 2 -> encoder.u16(type, (int) value);
                case 4 -> encoder.u32(type, value);
                default -> encoder.u64(type, value);
            }
        }

        @Override
        public void verify(StunMessage message, int index) {
            assertThat(message.attributeType(index)).isEqualTo(type);
            assertThat(message.valueLength(index)).isEqualTo(size);
            assertThat(message.u8(index)).isEqualTo(size == 1 ? (int) value & 0xFF : -1);
            assertThat(message.u16(index)).isEqualTo(size == 2 ? (int) value & 0xFFFF : -1);
            assertThat(message.u32(index)).isEqualTo(size == 4 ? value & 0xFFFFFFFFL : -1L);
            assertThat(message.u64(index)).isEqualTo(size == 8 ? value : 0L);
        }
    }

    private record Text(int type, String value) implements Sample {
        @Override
        public void write(StunEncoder encoder) {
            encoder.text(type, value);
        }

        @Override
        public void verify(StunMessage message, int index) {
            assertThat(message.attributeType(index)).isEqualTo(type);
            assertThat(message.text(index)).isEqualTo(value);
        }
    }

    private record Address(int type, TransportAddress value, boolean xor) implements Sample {
        @Override
        public void write(StunEncoder encoder) {
            if (xor) {
                encoder.xorAddress(type, value);
            } else {
                encoder.address(type, value);
            }
        }

        @Override
        public void verify(StunMessage message, int index) {
            assertThat(message.attributeType(index)).isEqualTo(type);
            assertThat(xor ? message.xorAddress(index) : message.address(index)).isEqualTo(value);
        }
    }

    private record Failure(ErrorCode error, String reason) implements Sample {
        @Override
        public void write(StunEncoder encoder) {
            encoder.errorCode(error, reason);
        }

        @Override
        public void verify(StunMessage message, int index) {
            assertThat(message.errorCode(index)).isEqualTo(error.code());
            assertThat(message.slice(index).position(4))
                    .isEqualTo(ByteBuffer.wrap(reason.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private final DecoderChecks checks = new DecoderChecks();

    @Property
    void encodedMessageDecodesToItself(
            @ForAll MessageClass messageClass,
            @ForAll @IntRange(max = Method.MAX_CODE) int method,
            @ForAll("ids") TransactionId id,
            @ForAll("samples") @Size(max = 20) List<Sample> samples,
            @ForAll @IntRange(max = 9) int start,
            @ForAll boolean fingerprint) {
        ByteBuffer out = Wire.dirty(20_000).position(start);
        StunEncoder encoder = new StunEncoder().begin(out, messageClass, method, id);
        samples.forEach(sample -> sample.write(encoder));
        if (fingerprint) {
            encoder.fingerprint();
        }
        StunMessage message = Wire.decode(encoder.finish());

        assertThat(message.messageClass()).isEqualTo(messageClass);
        assertThat(message.methodCode()).isEqualTo(method);
        assertThat(message.transactionId()).isEqualTo(id);
        assertThat(message.attributeCount()).isEqualTo(samples.size() + (fingerprint ? 1 : 0));
        for (int i = 0; i < samples.size(); i++) {
            samples.get(i).verify(message, i);
        }
        assertThat(Fingerprint.matches(message)).isEqualTo(fingerprint);
        checks.check(Wire.bytes(out));
        out.limit(out.capacity());
        assertThat(out.get(start + message.sizeBytes()))
                .as("byte behind the message")
                .isEqualTo((byte) 0xAA);
    }

    @Property
    void anyBytesAreHandled(@ForAll @Size(max = 200) byte[] bytes) {
        checks.check(bytes);
    }

    @Property
    void anyBytesBehindAPlausibleHeaderAreHandled(@ForAll @Size(max = 50) int[] words) {
        ByteBuffer packet = ByteBuffer.allocate(20 + words.length * 4);
        packet.putShort((short) 0x0003).putShort((short) (words.length * 4)).putInt(StunMessage.MAGIC_COOKIE);
        packet.position(20);
        for (int word : words) {
            packet.putInt(word & 0xFFFF000F); // lengths that often fit
        }
        checks.check(packet.array());
    }

    @Provide
    Arbitrary<TransactionId> ids() {
        return Combinators.combine(Arbitraries.integers(), Arbitraries.longs()).as(TransactionId::of);
    }

    @Provide
    Arbitrary<List<Sample>> samples() {
        Arbitrary<Integer> types = Arbitraries.integers().between(0, 0xFFFF).filter(type -> type != 0x8028);
        Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(100);
        Arbitrary<TransportAddress> addresses = Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.longs(),
                        Arbitraries.longs(),
                        Arbitraries.integers().between(0, 65535))
                .as((ipv4, high, low, port) -> TransportAddress.of(
                        ipv4 ? IpAddress.ofIpv4(low.intValue()) : IpAddress.ofIpv6(high, low), port));
        Arbitrary<Sample> sample = Arbitraries.oneOf(
                Combinators.combine(types, Arbitraries.of(0, 1, 2, 4, 8), Arbitraries.longs())
                        .as(Numbers::new),
                Combinators.combine(types, texts).as(Text::new),
                Combinators.combine(types, addresses, Arbitraries.of(true, false))
                        .as(Address::new),
                Combinators.combine(Arbitraries.of(ErrorCode.class), texts).as(Failure::new));
        return sample.list();
    }
}
