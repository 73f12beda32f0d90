package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The packet path makes no garbage: bytes that this thread allocates, as the JVM counts them, after warm-up. */
class AllocationTest {

    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 100_000;
    private static final int ROUNDS = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long sink;

    @SuppressWarnings("UnusedVariable") // written so that the compiler cannot leave the object out
    private volatile byte[] kept = {};

    /** The fewest bytes that a round allocated: the JIT compiler may charge a round of ours, but not each of them. */
    private long allocatedBytes(Runnable operation) {
        for (int i = 0; i < WARM_UP; i++) {
            operation.run();
        }
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MEASURED; i++) {
                operation.run();
            }
            fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }

    @Test
    void measurementSeesOneSmallObjectPerOperation() {
        assertThat(allocatedBytes(() -> kept = new byte[8])).isGreaterThanOrEqualTo(16L * MEASURED);
    }

    @Test
    void decodingAndTheAccessorsOfPrimitivesAllocateNothing() {
        StunMessage message = new StunMessage();
        ByteBuffer bytes = Wire.vector("rfc5769-2.1-request");

        assertThat(allocatedBytes(() -> {
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

        assertThat(allocatedBytes(() -> sink += message.decode(bytes) == DecodeResult.ATTRIBUTE_OVERRUN ? 1 : 0))
                .isZero();
        assertThat(sink).isPositive();
    }

    @Test
    void channelDataFromFirstByteToForwardedHeaderAllocatesNothing() {
        ByteBuffer packet = ByteBuffer.allocateDirect(1400);
        ChannelData.putHeader(packet, 0, 0x4001, 1200);

        assertThat(allocatedBytes(() -> {
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

        assertThat(allocatedBytes(() -> {
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
