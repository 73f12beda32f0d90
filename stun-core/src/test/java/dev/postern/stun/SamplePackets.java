package dev.postern.stun;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Packets for tests that read many: written by our encoder, and then spoiled. The same seed gives the same packets. */
final class SamplePackets {

    private static final int[] BYTES = {
        AttributeType.USERNAME,
        AttributeType.REALM,
        AttributeType.NONCE,
        AttributeType.SOFTWARE,
        AttributeType.DATA,
        AttributeType.ACCESS_TOKEN,
        AttributeType.USERHASH,
        AttributeType.PASSWORD_ALGORITHMS,
        AttributeType.ALTERNATE_DOMAIN,
        AttributeType.MOBILITY_TICKET,
        AttributeType.THIRD_PARTY_AUTHORIZATION,
        AttributeType.PADDING,
        0x7F01,
        0xFF01
    };
    private static final int[] WORDS = {
        AttributeType.LIFETIME,
        AttributeType.PRIORITY,
        AttributeType.CONNECTION_ID,
        AttributeType.CHANNEL_NUMBER,
        AttributeType.REQUESTED_TRANSPORT,
        AttributeType.CHANGE_REQUEST,
        AttributeType.RESPONSE_PORT,
        AttributeType.CACHE_TIMEOUT,
        AttributeType.PASSWORD_ALGORITHM,
        AttributeType.ADDITIONAL_ADDRESS_FAMILY,
        AttributeType.REQUESTED_ADDRESS_FAMILY
    };
    private static final int[] XOR_ADDRESSES = {
        AttributeType.XOR_MAPPED_ADDRESS, AttributeType.XOR_PEER_ADDRESS, AttributeType.XOR_RELAYED_ADDRESS
    };
    private static final int[] ADDRESSES = {
        AttributeType.MAPPED_ADDRESS,
        AttributeType.ALTERNATE_SERVER,
        AttributeType.RESPONSE_ORIGIN,
        AttributeType.OTHER_ADDRESS
    };
    private static final int[] LONG_WORDS = {
        AttributeType.RESERVATION_TOKEN, AttributeType.ICE_CONTROLLED, AttributeType.ICE_CONTROLLING, AttributeType.ICMP
    };
    private static final int[] FLAGS = {AttributeType.DONT_FRAGMENT, AttributeType.USE_CANDIDATE};

    private final Random random;
    private final StunEncoder encoder = new StunEncoder();
    private final ByteBuffer out = ByteBuffer.allocate(8192);

    SamplePackets(Random random) {
        this.random = random;
    }

    /** A message whose attributes all have values of the form that their RFC gives them. */
    byte[] valid() {
        Method[] methods = Method.values();
        MessageClass[] classes = MessageClass.values();
        out.clear();
        encoder.begin(
                out,
                classes[random.nextInt(classes.length)],
                methods[random.nextInt(methods.length)],
                TransactionId.of(random.nextInt(), random.nextLong()));
        int count = random.nextInt(8);
        for (int i = 0; i < count; i++) {
            attribute();
        }
        if (random.nextInt(4) == 0) {
            encoder.bytes(AttributeType.MESSAGE_INTEGRITY, bytes(20));
        }
        if (random.nextInt(4) == 0) {
            encoder.bytes(AttributeType.MESSAGE_INTEGRITY_SHA256, bytes(32));
        }
        if (random.nextInt(8) == 0) {
            attribute();
        }
        if (random.nextBoolean()) {
            encoder.fingerprint();
        }
        return Wire.bytes(encoder.finish());
    }

    private void attribute() {
        switch (random.nextInt(9)) {
            case 0, 1 -> encoder.bytes(pick(BYTES), bytes(random.nextInt(40)));
            case 2, 3 -> encoder.u32(pick(WORDS), random.nextInt());
            case 4 -> encoder.xorAddress(pick(XOR_ADDRESSES), address());
            case 5 -> encoder.address(pick(ADDRESSES), address());
            case 6 -> encoder.u64(pick(LONG_WORDS), random.nextLong());
            case 7 -> encoder.flag(pick(FLAGS));
            default -> rareAttribute();
        }
    }

    private void rareAttribute() {
        ErrorCode[] errors = ErrorCode.values();
        switch (random.nextInt(3)) {
            case 0 -> encoder.errorCode(errors[random.nextInt(errors.length)]);
            case 1 -> encoder.u8(AttributeType.EVEN_PORT, random.nextBoolean() ? 0x80 : 0);
            default ->
                encoder.unknownAttributes(
                        List.of(random.nextInt(0x8000), 0x7F01, 0x7F02).subList(0, 1 + random.nextInt(3)));
        }
    }

    /** A valid message with up to eight bytes changed, a length changed, cut, or grown. */
    byte[] mutated() {
        byte[] packet = valid();
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(packet.length);
            switch (random.nextInt(4)) {
                case 0 -> packet[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> packet[at] = (byte) random.nextInt();
                case 2 -> packet[at] = (byte) random.nextInt(24);
                default -> packet[(at & ~3) | 3] = (byte) random.nextInt(40);
            }
        }
        return switch (random.nextInt(12)) {
            case 0 -> Arrays.copyOf(packet, random.nextInt(packet.length + 1));
            case 1 -> Arrays.copyOf(packet, packet.length + random.nextInt(20));
            case 2 -> withFittingLength(Arrays.copyOf(packet, random.nextInt(packet.length + 20)));
            default -> packet;
        };
    }

    /** Random bytes, half of them behind a header that fits. */
    byte[] random() {
        byte[] packet = bytes(random.nextInt(120));
        if (packet.length >= 20 && random.nextBoolean()) {
            packet[0] &= 0x3F;
            ByteBuffer.wrap(packet).putInt(4, StunMessage.MAGIC_COOKIE);
            withFittingLength(packet);
        }
        return packet;
    }

    /** About as many attributes as we allow, of types that every decoder skips. */
    byte[] manyAttributes() {
        out.clear();
        encoder.begin(out, MessageClass.REQUEST, Method.BINDING, TransactionId.of(1, 2));
        int count = StunMessage.MAX_ATTRIBUTES - 2 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            encoder.u32(0xFF00 + i, i);
        }
        return Wire.bytes(encoder.finish());
    }

    private static byte[] withFittingLength(byte[] packet) {
        if (packet.length >= 20) {
            ByteBuffer.wrap(packet).putShort(2, (short) (packet.length - 20));
        }
        return packet;
    }

    private TransportAddress address() {
        IpAddress ip = random.nextBoolean()
                ? IpAddress.ofIpv4(random.nextInt())
                : IpAddress.ofIpv6(random.nextLong(), random.nextLong());
        return TransportAddress.of(ip, random.nextInt(65536));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private int pick(int[] types) {
        return types[random.nextInt(types.length)];
    }
}
