package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder accepts, refuses and shows; numbered names are the cases of the STUN and TURN conformance list. */
class StunMessageTest {

    private static final TransactionId ID = TransactionId.of(0x01020304, 0x05060708090A0B0CL);

    private final StunMessage message = new StunMessage();
    private final StunEncoder encoder = new StunEncoder();

    private StunEncoder binding() {
        return encoder.begin(Wire.dirty(4096), MessageClass.REQUEST, Method.BINDING, ID);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x80, 0xC0})
    void rfc8489_001_firstTwoBitsThatAreNotZeroAreNoStun(int bits) {
        ByteBuffer bytes = binding().finish();
        bytes.put(0, (byte) bits);

        assertThat(message.decode(bytes)).isEqualTo(DecodeResult.NOT_STUN);
        assertThat(message.problemOffset()).isZero();
    }

    @Test
    void rfc8489_002_messageWithoutTheMagicCookieIsRefused() {
        ByteBuffer bytes = binding().finish();
        bytes.putInt(4, 0x2112A443);

        assertThat(message.decode(bytes)).isEqualTo(DecodeResult.BAD_COOKIE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7})
    void rfc8489_003_lengthThatIsNoMultipleOfFourIsRefused(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(StunMessage.HEADER_BYTES + length);
        bytes.putShort(0, (short) 0x0001).putShort(2, (short) length).putInt(4, StunMessage.MAGIC_COOKIE);

        assertThat(message.decode(bytes)).isEqualTo(DecodeResult.BAD_LENGTH);
    }

    @Test
    void rfc8489_004_datagramOfAnotherSizeThanItsHeaderSaysIsRefused() {
        ByteBuffer bytes = binding().u32(AttributeType.PRIORITY, 1).finish();

        assertThat(message.decode(bytes.duplicate().limit(bytes.limit() - 4))).isEqualTo(DecodeResult.BAD_LENGTH);
        assertThat(message.decode(bytes.duplicate().limit(bytes.limit() + 4))).isEqualTo(DecodeResult.BAD_LENGTH);
        assertThat(message.decode(bytes)).isEqualTo(DecodeResult.OK);
    }

    @Test
    void rfc8489_005_lessThanAHeaderIsRefused() {
        for (int size = 0; size < StunMessage.HEADER_BYTES; size++) {
            assertThat(message.decode(ByteBuffer.allocate(size))).isEqualTo(DecodeResult.TOO_SHORT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 8, 0x7FFF, 0xFFFF})
    void rfc8489_006_attributeThatReachesPastTheEndIsRefusedAndNothingOfTheMessageShows(int valueLength) {
        ByteBuffer bytes = binding()
                .u32(AttributeType.PRIORITY, 1)
                .u32(AttributeType.LIFETIME, 2)
                .finish();
        bytes.putShort(30, (short) valueLength);

        assertThat(message.decode(bytes)).isEqualTo(DecodeResult.ATTRIBUTE_OVERRUN);
        assertThat(message.problemOffset()).isEqualTo(28);
        assertThat(message.attributeCount()).isZero();
        assertThat(message.has(AttributeType.PRIORITY)).isFalse();
    }

    @Test
    void rfc8489_007_paddingOfAnyValueIsIgnored() {
        ByteBuffer bytes = binding()
                .bytes(AttributeType.USERNAME, new byte[] {'u'})
                .u32(AttributeType.PRIORITY, 7)
                .finish();
        bytes.put(25, (byte) 0xFF).put(26, (byte) 0x80).put(27, (byte) 0x01);

        assertThat(message.decode(bytes)).isEqualTo(DecodeResult.OK);
        assertThat(message.text(0)).isEqualTo("u");
        assertThat(message.u32(1)).isEqualTo(7);
    }

    @Test
    void rfc8489_008_firstOfRepeatedAttributesIsTheOneThatIsFoundAndAllCanBeWalked() {
        message.decode(binding()
                .u32(AttributeType.XOR_PEER_ADDRESS, 1)
                .u32(AttributeType.LIFETIME, 2)
                .u32(AttributeType.XOR_PEER_ADDRESS, 3)
                .finish());

        int first = message.indexOf(AttributeType.XOR_PEER_ADDRESS);
        assertThat(first).isZero();
        assertThat(message.u32(first)).isEqualTo(1);
        int second = message.indexOf(AttributeType.XOR_PEER_ADDRESS, first + 1);
        assertThat(message.u32(second)).isEqualTo(3);
        assertThat(message.indexOf(AttributeType.XOR_PEER_ADDRESS, second + 1)).isEqualTo(-1);
    }

    @Test
    void rfc8489_009_unknownMethodIsANumberAndNoMethod() {
        message.decode(
                encoder.begin(Wire.dirty(64), MessageClass.REQUEST, 0xABC, ID).finish());

        assertThat(message.method()).isNull();
        assertThat(message.methodCode()).isEqualTo(0xABC);
    }

    @Test
    void rfc8489_010_classThatItsMethodDoesNotHaveDecodesForTheEngineToDrop() {
        message.decode(encoder.begin(Wire.dirty(64), MessageClass.REQUEST, Method.SEND, ID)
                .finish());

        assertThat(message.method()).isEqualTo(Method.SEND);
        assertThat(message.messageClass()).isEqualTo(MessageClass.REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUEST", "INDICATION"})
    void rfc8489_011_013_unknownAttributesThatMustBeUnderstoodAreListedOnceEachInTheirOrder(MessageClass messageClass) {
        message.decode(encoder.begin(Wire.dirty(256), messageClass, Method.BINDING, ID)
                .flag(0x7F02)
                .u32(AttributeType.PRIORITY, 1)
                .flag(0x7F01)
                .flag(0x7F02)
                .flag(0xFF00)
                .finish());

        assertThat(message.unknownRequired(type -> type == AttributeType.PRIORITY))
                .containsExactly(0x7F02, 0x7F01);
    }

    @Test
    void rfc8489_012_unknownAttributesThatMayBeIgnoredAreNotListed() {
        message.decode(binding().flag(0x8000 | 0x7F01).flag(0xFFFF).finish());

        assertThat(message.unknownRequired(type -> false)).isEmpty();
    }

    @Test
    void rfc8489_041_afterMessageIntegrityOnlySha256AndFingerprintCount() {
        message.decode(binding()
                .u32(AttributeType.LIFETIME, 1)
                .flag(AttributeType.MESSAGE_INTEGRITY)
                .u32(AttributeType.LIFETIME, 2)
                .u32(AttributeType.PRIORITY, 3)
                .flag(AttributeType.MESSAGE_INTEGRITY)
                .flag(0x7F01)
                .flag(AttributeType.MESSAGE_INTEGRITY_SHA256)
                .flag(AttributeType.MESSAGE_INTEGRITY_SHA256)
                .flag(AttributeType.FINGERPRINT)
                .finish());

        assertThat(message.u32(message.indexOf(AttributeType.LIFETIME))).isEqualTo(1);
        assertThat(message.indexOf(AttributeType.LIFETIME, 1)).isEqualTo(-1);
        assertThat(message.has(AttributeType.PRIORITY)).isFalse();
        assertThat(message.indexOf(AttributeType.MESSAGE_INTEGRITY)).isEqualTo(1);
        assertThat(message.indexOf(AttributeType.MESSAGE_INTEGRITY, 2)).isEqualTo(-1);
        assertThat(message.indexOf(AttributeType.MESSAGE_INTEGRITY_SHA256)).isEqualTo(6);
        assertThat(message.indexOf(AttributeType.MESSAGE_INTEGRITY_SHA256, 7)).isEqualTo(-1);
        assertThat(message.indexOf(AttributeType.FINGERPRINT)).isEqualTo(8);
        assertThat(message.unknownRequired(type -> false))
                .containsExactly(
                        AttributeType.LIFETIME,
                        AttributeType.MESSAGE_INTEGRITY,
                        AttributeType.MESSAGE_INTEGRITY_SHA256);
        assertThat(message.attributeCount()).isEqualTo(9);
    }

    @Test
    void rfc8489_042_afterSha256OnlyFingerprintCounts() {
        message.decode(binding()
                .flag(AttributeType.MESSAGE_INTEGRITY_SHA256)
                .u32(AttributeType.LIFETIME, 2)
                .flag(AttributeType.MESSAGE_INTEGRITY)
                .flag(AttributeType.MESSAGE_INTEGRITY_SHA256)
                .flag(AttributeType.FINGERPRINT)
                .finish());

        assertThat(message.indexOf(AttributeType.MESSAGE_INTEGRITY_SHA256)).isZero();
        assertThat(message.indexOf(AttributeType.MESSAGE_INTEGRITY_SHA256, 1)).isEqualTo(-1);
        assertThat(message.has(AttributeType.MESSAGE_INTEGRITY)).isFalse();
        assertThat(message.has(AttributeType.LIFETIME)).isFalse();
        assertThat(message.has(AttributeType.FINGERPRINT)).isTrue();
    }

    @Test
    void asManyAttributesAsAllowedDecodeAndOneMoreIsRefused() {
        StunEncoder full = binding();
        for (int i = 0; i < StunMessage.MAX_ATTRIBUTES; i++) {
            full.u32(AttributeType.XOR_PEER_ADDRESS, i);
        }
        assertThat(message.decode(full.finish())).isEqualTo(DecodeResult.OK);
        assertThat(message.u32(StunMessage.MAX_ATTRIBUTES - 1)).isEqualTo(StunMessage.MAX_ATTRIBUTES - 1);
        assertThat(message.indexOf(AttributeType.XOR_PEER_ADDRESS, StunMessage.MAX_ATTRIBUTES - 1))
                .isEqualTo(StunMessage.MAX_ATTRIBUTES - 1);

        StunEncoder tooFull = binding();
        for (int i = 0; i <= StunMessage.MAX_ATTRIBUTES; i++) {
            tooFull.flag(AttributeType.DONT_FRAGMENT);
        }
        assertThat(message.decode(tooFull.finish())).isEqualTo(DecodeResult.TOO_MANY_ATTRIBUTES);
        assertThat(message.attributeCount()).isZero();
    }

    @Test
    void messageInTheMiddleOfABufferDecodesAndThePositionStays() {
        ByteBuffer bytes = binding().text(AttributeType.USERNAME, "ann").finish();
        ByteBuffer around = Wire.dirty(200).position(13);
        around.put(bytes.duplicate()).flip().position(13);

        assertThat(message.decode(around)).isEqualTo(DecodeResult.OK);
        assertThat(around.position()).isEqualTo(13);
        assertThat(message.offset()).isEqualTo(13);
        assertThat(message.sizeBytes()).isEqualTo(bytes.remaining());
        assertThat(message.text(0)).isEqualTo("ann");
        assertThat(message.transactionId()).isEqualTo(ID).hasSameHashCodeAs(ID);
    }

    @Test
    void valueOfAnotherLengthThanAskedForIsMinusOne() {
        message.decode(binding().bytes(AttributeType.LIFETIME, new byte[3]).finish());

        assertThat(message.u8(0)).isEqualTo(-1);
        assertThat(message.u16(0)).isEqualTo(-1);
        assertThat(message.u32(0)).isEqualTo(-1);
        assertThat(message.u64(0)).isZero();
        assertThat(message.errorCode(0)).isEqualTo(-1);
        assertThat(message.address(0)).isNull();
        assertThat(message.xorAddress(0)).isNull();
    }

    @Test
    void textThatIsNotUtf8IsNullAndTheNextOneIsStillRead() {
        message.decode(binding()
                .bytes(AttributeType.USERNAME, new byte[] {'a', (byte) 0xC3})
                .bytes(AttributeType.USERNAME, new byte[] {(byte) 0xC0, (byte) 0x80})
                .text(AttributeType.USERNAME, "マトリックス")
                .finish());

        assertThat(message.text(0)).isNull();
        assertThat(message.text(1)).isNull();
        assertThat(message.text(2)).isEqualTo("マトリックス");
    }

    @Test
    void addressOfAFamilyThatItsLengthContradictsIsNull() {
        ByteBuffer bytes = binding()
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, TransportAddress.parse("192.0.2.1:5"))
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, TransportAddress.parse("[2001:db8::1]:5"))
                .finish();
        message.decode(bytes);
        bytes.put(message.valueOffset(0) + 1, (byte) 2).put(message.valueOffset(1) + 1, (byte) 1);
        assertThat(message.xorAddress(0)).isNull();
        assertThat(message.xorAddress(1)).isNull();

        bytes.put(message.valueOffset(0) + 1, (byte) 3);
        assertThat(message.xorAddress(0)).isNull();

        bytes.put(message.valueOffset(0) + 1, (byte) 1).put(message.valueOffset(0), (byte) 0xFF);
        assertThat(message.xorAddress(0)).as("the first byte is reserved").hasToString("192.0.2.1:5");
    }

    @Test
    void viewIsOfTheLastDecodeAlone() {
        message.decode(binding()
                .u32(AttributeType.PRIORITY, 1)
                .flag(AttributeType.MESSAGE_INTEGRITY)
                .finish());
        message.decode(binding()
                .flag(AttributeType.DONT_FRAGMENT)
                .u32(AttributeType.LIFETIME, 2)
                .finish());

        assertThat(message.attributeCount()).isEqualTo(2);
        assertThat(message.has(AttributeType.PRIORITY)).isFalse();
        assertThat(message.u32(message.indexOf(AttributeType.LIFETIME))).isEqualTo(2);
        assertThat(message.problemOffset()).isEqualTo(-1);
    }

    @Test
    void everyResultHasItsOwnWords() {
        List<String> reasons =
                Arrays.stream(DecodeResult.values()).map(DecodeResult::reason).toList();

        assertThat(reasons).doesNotHaveDuplicates().noneMatch(String::isBlank);
    }
}
