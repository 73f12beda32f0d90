package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A second decoder, ice4j's, reads what ours reads. Where they differ, {@link Ice4jDisagreement} says why; a difference
 * that it does not explain fails, and so does an explanation that explains nothing.
 */
class Ice4jDifferentialTest {

    private static final int PACKETS = 100_000;
    private static final Object MALFORMED = "malformed";

    private final StunMessage ours = new StunMessage();
    private final Map<Ice4jDisagreement, Integer> seen = new EnumMap<>(Ice4jDisagreement.class);

    @Test
    void randomAndMutatedPacketsDifferOnlyAsListed() {
        Random random = new Random(8489);
        SamplePackets samples = new SamplePackets(random);
        for (int i = 0; i < PACKETS; i++) {
            compare(samples.mutated());
        }
        for (int i = 0; i < PACKETS / 10; i++) {
            compare(samples.random());
            compare(samples.manyAttributes());
        }
        assertThat(seen.keySet()).isEqualTo(EnumSet.allOf(Ice4jDisagreement.class));
    }

    @Test
    void whatOurEncoderWritesDiffersOnlyWhereIce4jDoesNotSpeakTheRfc() {
        SamplePackets samples = new SamplePackets(new Random(8656));
        for (int i = 0; i < PACKETS / 4; i++) {
            compare(samples.valid());
        }
        assertThat(seen.keySet())
                .isSubsetOf(
                        Ice4jDisagreement.EVEN_PORT,
                        Ice4jDisagreement.REQUESTED_ADDRESS_FAMILY,
                        Ice4jDisagreement.REPEATED_ATTRIBUTE,
                        Ice4jDisagreement.SHA256);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rfc5769-2.1-request",
                "rfc5769-2.2-ipv4-response",
                "rfc5769-2.3-ipv6-response",
                "rfc5769-2.4-long-term-request",
                "rfc8489-b.1-request"
            })
    void vectorsOfTheRfcsDoNotDiffer(String vector) {
        compare(Wire.bytes(Wire.vector(vector)));

        assertThat(seen).isEmpty();
    }

    private void compare(byte[] packet) {
        Ice4jView theirs = Ice4jView.decode(packet);
        DecodeResult result = ours.decode(ByteBuffer.wrap(packet));
        if (result != DecodeResult.OK) {
            if (theirs.accepts() || theirs.crashes()) {
                explain(packet, refusedByUs(result, theirs));
            }
        } else if (!theirs.accepts()) {
            explain(packet, refusedByThem(packet, theirs));
        } else {
            assertThat(MessageType.of(ours.messageClass(), ours.methodCode()))
                    .isEqualTo(theirs.message().getMessageType());
            assertThat(ours.transactionId())
                    .isEqualTo(TransactionId.of(ByteBuffer.wrap(theirs.message().getTransactionID()), 0));
            compareValues(packet, theirs);
        }
    }

    private void explain(byte[] packet, @Nullable Ice4jDisagreement why) {
        if (why == null) {
            throw new AssertionError("not listed: " + HexFormat.of().formatHex(packet));
        }
        seen.merge(why, 1, Integer::sum);
    }

    private static @Nullable Ice4jDisagreement refusedByUs(DecodeResult result, Ice4jView theirs) {
        if (theirs.crashes()) {
            return Ice4jDisagreement.THROWS_UNCHECKED;
        }
        return switch (result) {
            case NOT_STUN -> Ice4jDisagreement.FIRST_TWO_BITS;
            case BAD_COOKIE -> Ice4jDisagreement.RFC_3489;
            case BAD_LENGTH -> Ice4jDisagreement.LENGTH;
            case ATTRIBUTE_OVERRUN -> Ice4jDisagreement.ATTRIBUTE_OVERRUN;
            case TOO_MANY_ATTRIBUTES -> Ice4jDisagreement.TOO_MANY_ATTRIBUTES;
            case TOO_SHORT, OK -> null;
        };
    }

    private @Nullable Ice4jDisagreement refusedByThem(byte[] packet, Ice4jView theirs) {
        Ice4jDisagreement value = oddValue(packet);
        if (value != null) {
            return value;
        }
        boolean fingerprint = theirs.failsWith("Wrong value in FINGERPRINT") && !Fingerprint.matches(ours);
        return fingerprint ? Ice4jDisagreement.FINGERPRINT : null;
    }

    /** Why the values that ice4j reads from here on need not be ours, if there is a reason. */
    private @Nullable Ice4jDisagreement oddValue(byte[] packet) {
        for (int i = 0; i < ours.attributeCount(); i++) {
            int type = ours.attributeType(i);
            if (type == AttributeType.EVEN_PORT && ours.valueLength(i) == 1) {
                return Ice4jDisagreement.EVEN_PORT;
            }
            if (type == AttributeType.REQUESTED_ADDRESS_FAMILY && ours.valueLength(i) == 4) {
                return Ice4jDisagreement.REQUESTED_ADDRESS_FAMILY;
            }
            if (value(i) == MALFORMED) {
                return Ice4jDisagreement.MALFORMED_VALUE;
            }
            if (!Ice4jView.stepsOver(packet, ours, i)) {
                return Ice4jDisagreement.LOST_STEP;
            }
        }
        return null;
    }

    private void compareValues(byte[] packet, Ice4jView theirs) {
        Map<Integer, Object> values = values();
        Map<Integer, Object> theirValues = theirs.values();
        if (values.equals(theirValues)) {
            return;
        }
        Ice4jDisagreement odd = oddValue(packet);
        if (odd != null) {
            explain(packet, odd);
            return;
        }
        Set<Integer> types = new TreeSet<>(values.keySet());
        types.addAll(theirValues.keySet());
        for (int type : types) {
            if (!Objects.equals(values.get(type), theirValues.get(type))) {
                explain(packet, differentValue(type, values.get(type), theirValues.get(type)));
            }
        }
    }

    private Ice4jDisagreement differentValue(int differing, @Nullable Object value, @Nullable Object theirs) {
        boolean sha256 = false;
        int repetitions = 0;
        for (int i = 0; i < ours.attributeCount(); i++) {
            sha256 |= ours.attributeType(i) == AttributeType.MESSAGE_INTEGRITY_SHA256;
            repetitions += ours.attributeType(i) == differing ? 1 : 0;
        }
        if (differing == AttributeType.ERROR_CODE && reservedBits(ours.indexOf(differing)) != 0) {
            return Ice4jDisagreement.RESERVED_BITS;
        }
        if (repetitions <= 1 && !sha256) {
            throw new AssertionError(
                    "not listed: " + AttributeType.nameOf(differing) + " is " + value + ", theirs is " + theirs);
        }
        return repetitions > 1 ? Ice4jDisagreement.REPEATED_ATTRIBUTE : Ice4jDisagreement.SHA256;
    }

    private int reservedBits(int errorCode) {
        return errorCode < 0 ? 0 : ours.buffer().getInt(ours.valueOffset(errorCode)) & 0xFFFFF800;
    }

    /** The first value of each type that counts. */
    private Map<Integer, Object> values() {
        Map<Integer, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < ours.attributeCount(); i++) {
            int type = ours.attributeType(i);
            if (ours.indexOf(type) == i) {
                values.put(type, value(i));
            }
        }
        return values;
    }

    /** The value as our accessors read it, in the form that {@link Ice4jView} gives, or {@link #MALFORMED}. */
    private Object value(int index) {
        return switch (ours.attributeType(index)) {
            case AttributeType.XOR_MAPPED_ADDRESS, AttributeType.XOR_PEER_ADDRESS, AttributeType.XOR_RELAYED_ADDRESS ->
                orMalformed(ours.xorAddress(index));
            case AttributeType.MAPPED_ADDRESS, AttributeType.ALTERNATE_SERVER, 0x0002, 0x0004, 0x0005, 0x000B ->
                orMalformed(ours.address(index));
            case AttributeType.LIFETIME, AttributeType.PRIORITY, AttributeType.CONNECTION_ID ->
                orMalformed(ours.u32(index));
            case AttributeType.CHANNEL_NUMBER -> orMalformed(ours.u32(index) >> 16);
            case AttributeType.REQUESTED_TRANSPORT -> orMalformed(ours.u32(index) >> 24);
            case AttributeType.CHANGE_REQUEST -> ours.u32(index) < 0 ? MALFORMED : ours.u32(index) & 6;
            case AttributeType.ERROR_CODE -> orMalformed((long) ours.errorCode(index));
            case AttributeType.ICE_CONTROLLED, AttributeType.ICE_CONTROLLING ->
                ours.valueLength(index) == 8 ? ours.u64(index) : MALFORMED;
            case AttributeType.EVEN_PORT -> ours.u8(index) < 0 ? MALFORMED : ours.u8(index) >= 0x80;
            case AttributeType.REQUESTED_ADDRESS_FAMILY -> orMalformed(ours.u32(index) >> 24);
            case AttributeType.UNKNOWN_ATTRIBUTES -> unknownAttributes(index);
            case AttributeType.DONT_FRAGMENT, AttributeType.USE_CANDIDATE, 0x0021 ->
                ours.valueLength(index) == 0 ? "no value" : MALFORMED;
            case AttributeType.RESERVATION_TOKEN -> ofLength(index, 8);
            case AttributeType.MESSAGE_INTEGRITY -> ofLength(index, 20);
            case AttributeType.FINGERPRINT -> ofLength(index, 4);
            default -> ours.slice(index);
        };
    }

    private Object unknownAttributes(int index) {
        ByteBuffer value = ours.slice(index);
        if (value.remaining() % 2 != 0) {
            return MALFORMED;
        }
        List<Integer> types = new ArrayList<>();
        while (value.hasRemaining()) {
            types.add(value.getShort() & 0xFFFF);
        }
        return types.stream().distinct().toList();
    }

    private Object ofLength(int index, int length) {
        return ours.valueLength(index) == length ? ours.slice(index) : MALFORMED;
    }

    private static Object orMalformed(@Nullable Object value) {
        return value == null || value.equals(-1L) ? MALFORMED : value;
    }
}
