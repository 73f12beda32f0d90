package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The packet path makes no garbage. */
class AllocationTest {

    private long sink;
    private volatile byte[] kept = {}; // volatile, so that the compiler cannot leave the object out

    @Test
    void measurementSeesOneSmallObjectPerOperation() {
        assertThat(Allocations.bytes(() -> kept = new byte[8])).isGreaterThanOrEqualTo(16L * Allocations.MEASURED);
        assertThat(kept).hasSize(8);
    }

    @Test
    void decodingAndTheAccessorsOfPrimitivesAllocateNothing() {
        StunMessage message = new StunMessage();
        ByteBuffer bytes = Wire.vector("rfc5769-2.1-request");

        assertThat(Allocations.bytes(() -> {
                    sink += message.decode(bytes) == DecodeResult.OK ? 1 : 0;
                    sink += message.methodCode() + message.attributeCount() + message.sizeBytes() + message.offset();
                    sink += message.method() == Method.BINDING ? 1 : 0;
                    sink += message.messageClass() == MessageClass.REQUEST ? 1 : 0;
                    sink += message.u32(message.indexOf(AttributeType.PRIORITY));
                    sink += message.u64(message.indexOf(AttributeType.ICE_CONTROLLED));
                    sink += message.indexOf(AttributeType.FINGERPRINT) + message.indexOf(AttributeType.DATA);
                    sink += message.valueOffset(0) + message.valueLength(0) + message.attributeType(0);
                    sink += message.has(AttributeType.MESSAGE_INTEGRITY_SHA256) ? 1 : 0;
                    sink += message.unknownRequired(type -> true).size();
                    sink += AttributeLimits.firstTooLong(message);
                }))
                .isZero();
        assertThat(sink).isNotZero();
    }

    @Test
    void refusingAPacketAllocatesNothing() {
        StunMessage message = new StunMessage();
        ByteBuffer bytes = Wire.vector("rfc5769-2.1-request");
        bytes.putShort(22, (short) 0x7FFF);

        assertThat(Allocations.bytes(() -> sink += message.decode(bytes) == DecodeResult.ATTRIBUTE_OVERRUN ? 1 : 0))
                .isZero();
        assertThat(sink).isPositive();
    }

    @Test
    void channelDataFromFirstByteToForwardedHeaderAllocatesNothing() {
        ByteBuffer packet = ByteBuffer.allocateDirect(1400);
        ChannelData.putHeader(packet, 0, 0x4001, 1200);

        assertThat(Allocations.bytes(() -> {
                    sink += Demux.of(packet.get(0)) == Demux.CHANNEL_DATA ? 1 : 0;
                    sink += ChannelData.isWellFormed(packet) ? 1 : 0;
                    sink += ChannelData.number(packet) + ChannelData.payloadLength(packet);
                    sink += StreamFraming.frameLength(packet, 2000);
                    ChannelData.putHeader(packet, 0, 0x4001, 1200);
                }))
                .isZero();
        assertThat(sink).isPositive();
    }

    @Test
    void dataIndicationIsWrittenWithoutGarbage() {
        StunEncoder encoder = new StunEncoder();
        ByteBuffer out = ByteBuffer.allocateDirect(1500);
        ByteBuffer payload = ByteBuffer.allocateDirect(1200);
        TransactionId id = TransactionId.of(1, 2);
        TransportAddress peer = TransportAddress.parse("192.0.2.1:5000");

        assertThat(Allocations.bytes(() -> {
                    out.clear();
                    sink += encoder.begin(out, MessageClass.INDICATION, Method.DATA, id)
                            .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                            .bytes(AttributeType.DATA, payload)
                            .finish()
                            .remaining();
                }))
                .isZero();
        assertThat(sink).isPositive();
    }
}
