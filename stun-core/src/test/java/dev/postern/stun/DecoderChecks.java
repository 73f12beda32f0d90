package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for any bytes at all; fuzzer and properties share it. A second decoder, written for plainness, is the
 * model.
 */
final class DecoderChecks {

    private record Attribute(int type, ByteBuffer value) {}

    private final StunMessage message = new StunMessage();
    private final StunMessage again = new StunMessage();
    private final StunEncoder encoder = new StunEncoder();

    /** Throws an AssertionError where the codec does not keep its promises for these bytes. */
    void check(byte[] packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        DecodeResult result = message.decode(bytes);
        assertThat(bytes.position()).isZero();
        List<Attribute> model = model(bytes);
        if (result == DecodeResult.OK && model != null) {
            assertThat(attributes(message)).isEqualTo(model);
            checkAccessors(bytes);
            checkWhatCounts(model);
            checkWrittenAgain(model);
        } else {
            assertThat(model == null || result == DecodeResult.TOO_MANY_ATTRIBUTES)
                    .isTrue();
            assertThat(message.problemOffset()).isBetween(0, packet.length);
            assertThat(message.attributeCount()).isZero();
            assertThat(message.has(AttributeType.USERNAME)).isFalse();
        }
        checkInTheMiddle(packet, result);
        checkFraming(bytes);
    }

    /** The attributes of a well-formed message, or null. */
    private static @Nullable List<Attribute> model(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        if (in.remaining() < 20 || (in.get(0) & 0xC0) != 0 || in.getInt(4) != 0x2112A442) {
            return null;
        }
        if ((in.getShort(2) & 0xFFFF) != in.remaining() - 20 || in.remaining() % 4 != 0) {
            return null;
        }
        in.position(20);
        List<Attribute> attributes = new ArrayList<>();
        while (in.hasRemaining()) {
            int type = in.getShort() & 0xFFFF;
            int length = in.getShort() & 0xFFFF;
            int padding = length % 4 == 0 ? 0 : 4 - length % 4;
            if (length + padding > in.remaining()) {
                return null;
            }
            attributes.add(new Attribute(type, in.slice(in.position(), length)));
            in.position(in.position() + length + padding);
        }
        return attributes;
    }

    private static List<Attribute> attributes(StunMessage message) {
        List<Attribute> attributes = new ArrayList<>();
        for (int i = 0; i < message.attributeCount(); i++) {
            attributes.add(new Attribute(message.attributeType(i), message.slice(i)));
        }
        return attributes;
    }

    private void checkAccessors(ByteBuffer bytes) {
        for (int i = 0; i < message.attributeCount(); i++) {
            assertThat(message.valueOffset(i) + message.valueLength(i)).isLessThanOrEqualTo(bytes.limit());
            assertThat(message.u8(i)).isBetween(-1, 0xFF);
            assertThat(message.u16(i)).isBetween(-1, 0xFFFF);
            assertThat(message.u32(i)).isBetween(-1L, 0xFFFFFFFFL);
            assertThat(message.errorCode(i))
                    .satisfiesAnyOf(
                            code -> assertThat(code).isEqualTo(-1),
                            code -> assertThat(code).isBetween(300, 699));
            message.u64(i);
            message.text(i);
            TransportAddress address = message.address(i);
            assertThat(message.xorAddress(i) == null).isEqualTo(address == null);
        }
        assertThat(AttributeLimits.firstTooLong(message)).isBetween(-1, message.attributeCount() - 1);
        assertThat(Fingerprint.matches(message) && Fingerprint.isBroken(message))
                .isFalse();
    }

    /** The rule of RFC 8489 sections 14.5 and 14.6 once more, attribute by attribute. */
    private void checkWhatCounts(List<Attribute> model) {
        boolean sha1Seen = false;
        boolean sha256Seen = false;
        Set<Integer> unknown = new LinkedHashSet<>();
        for (int i = 0; i < model.size(); i++) {
            int type = model.get(i).type();
            boolean counts = type == AttributeType.FINGERPRINT
                    || (!sha256Seen && (!sha1Seen || type == AttributeType.MESSAGE_INTEGRITY_SHA256));
            assertThat(message.indexOf(type, i) == i).as("attribute %d", i).isEqualTo(counts);
            sha1Seen |= counts && type == AttributeType.MESSAGE_INTEGRITY;
            sha256Seen |= counts && type == AttributeType.MESSAGE_INTEGRITY_SHA256;
            if (counts && type < 0x8000 && type % 2 == 1) {
                unknown.add(type);
            }
        }
        assertThat(message.unknownRequired(type -> type % 2 == 0)).containsExactlyElementsOf(unknown);
    }

    /** Decode, encode, decode: equal, and the same bytes but for padding, which the encoder makes zero. */
    private void checkWrittenAgain(List<Attribute> model) {
        ByteBuffer out = Wire.dirty(message.sizeBytes());
        encoder.begin(out, message.messageClass(), message.methodCode(), message.transactionId());
        model.forEach(attribute -> encoder.bytes(attribute.type(), attribute.value()));
        ByteBuffer written = encoder.finish();

        assertThat(again.decode(written)).isEqualTo(DecodeResult.OK);
        assertThat(attributes(again)).isEqualTo(model);
        assertThat(again.methodCode()).isEqualTo(message.methodCode());
        assertThat(again.messageClass()).isEqualTo(message.messageClass());
        assertThat(again.transactionId()).isEqualTo(message.transactionId());
        assertThat(written).isEqualTo(withZeroPadding());
    }

    private ByteBuffer withZeroPadding() {
        ByteBuffer copy = ByteBuffer.wrap(Wire.bytes(message.buffer()));
        for (int i = 0; i < message.attributeCount(); i++) {
            int end = message.valueOffset(i) + message.valueLength(i);
            for (int at = end; at % 4 != 0; at++) {
                copy.put(at, (byte) 0);
            }
        }
        return copy;
    }

    private void checkInTheMiddle(byte[] packet, DecodeResult result) {
        ByteBuffer around = ByteBuffer.allocateDirect(packet.length + 6);
        around.position(3).put(packet).position(3).limit(3 + packet.length);

        assertThat(again.decode(around)).isEqualTo(result);
        assertThat(again.problemOffset()).isEqualTo(message.problemOffset());
        assertThat(attributes(again)).isEqualTo(attributes(message));
    }

    private void checkFraming(ByteBuffer bytes) {
        int max = 1024;
        int frame = StreamFraming.frameLength(bytes, max);
        assertThat(frame).isBetween(StreamFraming.INVALID, Math.min(max, bytes.remaining()));
        if (frame > 0 && Demux.of(bytes.get(0)) == Demux.CHANNEL_DATA) {
            assertThat(frame).isEqualTo(ChannelData.streamBytes(ChannelData.payloadLength(bytes)));
            assertThat(ChannelData.isWellFormed(bytes)).isTrue();
        }
        if (message.attributeCount() > 0 && bytes.remaining() <= max && Demux.of(bytes.get(0)) == Demux.STUN) {
            assertThat(frame).isEqualTo(bytes.remaining());
        }
    }
}
