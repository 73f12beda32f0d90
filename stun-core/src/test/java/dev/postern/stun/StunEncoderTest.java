package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StunEncoderTest {

    private static final TransactionId ID = TransactionId.of(0x01020304, 0x05060708090A0B0CL);

    private final StunEncoder encoder = new StunEncoder();

    private StunEncoder success() {
        return encoder.begin(Wire.dirty(1024), MessageClass.SUCCESS_RESPONSE, Method.BINDING, ID);
    }

    @Test
    void messageIsWrittenAsTheRfcDrawsIt() {
        ByteBuffer bytes = success()
                .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, TransportAddress.parse("192.0.2.1:32853"))
                .text(AttributeType.SOFTWARE, "abcde")
                .finish();

        assertThat(bytes).isEqualTo(Wire.hex("""
                        0101 0018                       # Binding success response, length
                        2112a442                        # magic cookie
                        01020304 05060708 090a0b0c      # transaction id
                        0020 0008 0001a147 e112a643     # XOR-MAPPED-ADDRESS
                        8022 0005 61626364 65000000     # SOFTWARE and its padding
                        """));
    }

    @Test
    void rfc8489_007_paddingIsZeroInABufferOfOldMemory() {
        for (int length = 0; length <= 9; length++) {
            ByteBuffer bytes = success()
                    .bytes(AttributeType.DATA, new byte[length])
                    .u8(AttributeType.EVEN_PORT, 0)
                    .u16(AttributeType.RESPONSE_PORT, 0)
                    .finish();
            for (int i = bytes.position(); i < bytes.limit(); i++) {
                assertThat(bytes.get(i)).as("byte %d", i).isNotEqualTo((byte) 0xAA);
            }
        }
    }

    @Test
    void securityS27_nothingOfTheBuffersOldMemoryIsInAResponse() {
        TransportAddress peer = TransportAddress.parse("[2001:db8::1]:443");
        ByteBuffer first = everything(Wire.dirty(1024), peer);
        ByteBuffer second = everything(ByteBuffer.allocate(1024), peer);

        assertThat(first).isEqualTo(second);
    }

    private ByteBuffer everything(ByteBuffer out, TransportAddress address) {
        return encoder.begin(out, MessageClass.ERROR_RESPONSE, Method.ALLOCATE, ID)
                .errorCode(ErrorCode.UNKNOWN_ATTRIBUTE)
                .unknownAttributes(List.of(0x7F01, 0x0003, 0x7F02))
                .text(AttributeType.REALM, "example.org")
                .address(AttributeType.MAPPED_ADDRESS, address)
                .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, address)
                .flag(AttributeType.DONT_FRAGMENT)
                .u8(AttributeType.EVEN_PORT, 0x80)
                .u16(AttributeType.RESPONSE_PORT, 1)
                .u32(AttributeType.LIFETIME, 600)
                .u64(AttributeType.RESERVATION_TOKEN, 1)
                .bytes(AttributeType.DATA, ByteBuffer.wrap(new byte[] {9, 8, 7, 6, 5}, 1, 3))
                .fingerprint()
                .finish();
    }

    @Test
    void rfc8489_014_responseCopiesMethodAndTransactionIdOfTheRequest() {
        StunMessage request = new StunMessage();
        ByteBuffer around = Wire.dirty(100).position(17);
        request.decode(encoder.begin(around, MessageClass.REQUEST, 0xABC, ID).finish());

        StunMessage response = Wire.decode(encoder.respond(Wire.dirty(64), request, MessageClass.ERROR_RESPONSE)
                .finish());

        assertThat(response.methodCode()).isEqualTo(0xABC);
        assertThat(response.transactionId()).isEqualTo(ID);
        assertThat(response.messageClass()).isEqualTo(MessageClass.ERROR_RESPONSE);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void rfc8489_015_errorCodeCarriesClassNumberAndReason(ErrorCode error) {
        StunMessage message = Wire.decode(success().errorCode(error).finish());

        int value = message.valueOffset(0);
        assertThat(message.errorCode(0)).isEqualTo(error.code());
        assertThat(message.buffer().getShort(value)).as("reserved bits").isZero();
        assertThat(message.buffer().get(value + 2)).isBetween((byte) 3, (byte) 6);
        assertThat(message.buffer().get(value + 3)).isBetween((byte) 0, (byte) 99);
        assertThat(new String(Wire.bytes(message.slice(0).position(4)), StandardCharsets.UTF_8))
                .isEqualTo(error.reason());
        assertThat(ErrorCode.fromCode(error.code())).isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "7, 0", "3, 100", "6, 255", "0, 0"})
    void errorCodeOfAnotherClassOrNumberIsMinusOne(int hundreds, int number) {
        StunMessage message = Wire.decode(
                success().u32(AttributeType.ERROR_CODE, hundreds << 8 | number).finish());

        assertThat(message.errorCode(0)).isEqualTo(-1);
    }

    @Test
    void reservedBitsOfAnErrorCodeAreIgnored() {
        StunMessage message = Wire.decode(success()
                .u32(AttributeType.ERROR_CODE, 0xFFFFF800L | 4 << 8 | 38)
                .finish());

        assertThat(message.errorCode(0)).isEqualTo(438);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:32853, 0001a147e112a643",
        "0.0.0.0:0, 000121122112a442",
        "255.255.255.255:65535, 0001deeddeed5bbd",
        // bytes 0 to 3 of the address by the cookie, 4 to 15 by the transaction id 0102..0c
        "[2001:db8::1]:32853, 0002a147 0113a9fa 01020304 05060708 090a0b0d",
    })
    void rfc8489_019_mappedAddressIsXoredWithCookieAndTransactionId(String address, String value) {
        TransportAddress mapped = TransportAddress.parse(address);
        StunMessage message = Wire.decode(
                success().xorAddress(AttributeType.XOR_MAPPED_ADDRESS, mapped).finish());

        assertThat(message.slice(0)).isEqualTo(Wire.hex(value));
        assertThat(message.xorAddress(0)).isEqualTo(mapped);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1:32853, 00018055 c0000201", "[2001:db8::1]:1, 00020001 20010db8 00000000 00000000 00000001"})
    void mappedAddressOfRfc3489IsPlain(String address, String value) {
        TransportAddress mapped = TransportAddress.parse(address);
        StunMessage message = Wire.decode(
                success().address(AttributeType.MAPPED_ADDRESS, mapped).finish());

        assertThat(message.slice(0)).isEqualTo(Wire.hex(value));
        assertThat(message.address(0)).isEqualTo(mapped);
    }

    @Test
    void unknownAttributesAreSixteenBitsEach() {
        StunMessage message = Wire.decode(
                success().unknownAttributes(List.of(0x7F01, 0xFFFF, 0x0003)).finish());

        assertThat(message.slice(0)).isEqualTo(Wire.hex("7f01 ffff 0003"));
        assertThat(message.sizeBytes()).isEqualTo(StunMessage.HEADER_BYTES + 4 + 8);
    }

    @Test
    void oneEncoderWritesSeveralMessagesIntoOneBuffer() {
        ByteBuffer out = Wire.dirty(256);
        int first = encoder.begin(out, MessageClass.REQUEST, Method.BINDING, ID)
                .finish()
                .limit();
        out.limit(out.capacity()).position(first);
        ByteBuffer second = encoder.begin(out, MessageClass.INDICATION, Method.DATA, ID)
                .u32(AttributeType.LIFETIME, 1)
                .finish();

        assertThat(second.position()).isEqualTo(first);
        assertThat(Wire.decode(second).method()).isEqualTo(Method.DATA);
        assertThat(Wire.decode(second.duplicate().position(0).limit(first)).method())
                .isEqualTo(Method.BINDING);
    }

    @Test
    void bufferWithoutRoomIsAMistakeOfTheCaller() {
        assertThatThrownBy(() -> encoder.begin(ByteBuffer.allocate(19), MessageClass.REQUEST, Method.BINDING, ID))
                .isInstanceOf(BufferOverflowException.class);
        StunEncoder small = encoder.begin(ByteBuffer.allocate(28), MessageClass.REQUEST, Method.BINDING, ID);
        assertThatThrownBy(() -> small.bytes(AttributeType.DATA, new byte[5]))
                .isInstanceOf(BufferOverflowException.class);
        assertThat(small.bytes(AttributeType.DATA, new byte[4]).remaining()).isZero();
    }

    @Test
    void lengthsThatSixteenBitsDoNotHoldAreAMistakeOfTheCaller() {
        StunEncoder large = encoder.begin(ByteBuffer.allocate(200_000), MessageClass.INDICATION, Method.DATA, ID);
        assertThatThrownBy(() -> large.bytes(AttributeType.DATA, new byte[65536]))
                .isInstanceOf(IllegalArgumentException.class);
        large.bytes(AttributeType.DATA, new byte[40_000]).bytes(AttributeType.DATA, new byte[40_000]);
        assertThatThrownBy(large::finish).isInstanceOf(IllegalStateException.class);
    }
}
