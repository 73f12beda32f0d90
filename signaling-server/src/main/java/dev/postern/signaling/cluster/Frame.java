package dev.postern.signaling.cluster;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What one node sends another over the backplane:
 *
 * <pre>
 *   1 byte   version
 *   1 byte   kind
 *   1 byte   length of the sender's id, and the id
 *   1 byte   length of the receiver's id, and the id
 *   8 bytes  life: which of the sender's lives of this link it belongs to, 1 for the first
 *   8 bytes  which of the receiver's lives of it the sender takes that to be paired with; 0 if it knows of none
 *   8 bytes  ack: everything of the receiver up to this number has arrived; of a BEGIN, up to which of its lives they are over
 *   8 bytes  seq: the place of the payload in the sender's life, 1 for the first; 0 where there is none
 *            payload
 * </pre>
 */
final class Frame {

    /** The version of what nodes say to each other. */
    static final int VERSION = 2;

    private static final int NUMBERS_BYTES = 4 * Long.BYTES;
    private static final int MAX_NAME_BYTES = 255;
    private static final byte[] NOTHING = {};

    private final Kind kind;
    private final String from;
    private final String to;
    private final long life;
    private final long pairedLife;
    private final long ack;
    private final long seq;
    private final byte[] payload;

    /** What frames are for. */
    enum Kind {
        /** Asks the receiver to pair one of its lives with this one. */
        BEGIN(1),
        /** Carries a payload. */
        DATA(2),
        /** Acknowledges. */
        ACK(3),
        /** Acknowledges, and asks for what comes next once more. */
        AGAIN(4);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static @Nullable Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    Frame(Kind kind, String from, String to, long life, long pairedLife, long ack, long seq, byte[] payload) {
        this.kind = kind;
        this.from = from;
        this.to = to;
        this.life = life;
        this.pairedLife = pairedLife;
        this.ack = ack;
        this.seq = seq;
        this.payload = payload;
    }

    static Frame bare(Kind kind, String from, String to, long life, long pairedLife, long ack) {
        return new Frame(kind, from, to, life, pairedLife, ack, 0, NOTHING);
    }

    Kind kind() {
        return kind;
    }

    String from() {
        return from;
    }

    String to() {
        return to;
    }

    long life() {
        return life;
    }

    long pairedLife() {
        return pairedLife;
    }

    long ack() {
        return ack;
    }

    long seq() {
        return seq;
    }

    byte[] payload() {
        return payload;
    }

    /** Whether a node's id fits into a frame. */
    static boolean fits(String node) {
        return node.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
    }

    byte[] encode() {
        byte[] fromBytes = from.getBytes(StandardCharsets.UTF_8);
        byte[] toBytes = to.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(2 + 1 + fromBytes.length + 1 + toBytes.length + NUMBERS_BYTES + payload.length);
        out.put((byte) VERSION).put((byte) kind.code);
        out.put((byte) fromBytes.length)
                .put(fromBytes)
                .put((byte) toBytes.length)
                .put(toBytes);
        out.putLong(life).putLong(pairedLife).putLong(ack).putLong(seq).put(payload);
        return out.array();
    }

    /** The version that the bytes say; -1 if there are none. */
    static int versionOf(byte[] content) {
        return content.length == 0 ? -1 : content[0];
    }

    /** Null if the bytes are no frame of this version. */
    static @Nullable Frame decode(byte[] content) {
        ByteBuffer in = ByteBuffer.wrap(content);
        try {
            int version = in.get();
            Kind kind = Kind.of(in.get());
            String from = name(in);
            String to = name(in);
            long life = in.getLong();
            long pairedLife = in.getLong();
            long ack = in.getLong();
            long seq = in.getLong();
            byte[] payload = new byte[in.remaining()];
            in.get(payload);
            return version != VERSION || kind == null || life <= 0
                    ? null
                    : new Frame(kind, from, to, life, pairedLife, ack, seq, payload);
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private static String name(ByteBuffer in) {
        byte[] bytes = new byte[in.get() & MAX_NAME_BYTES];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
