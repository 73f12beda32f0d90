package dev.postern.natsim.pcap;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the blocks of one pcapng section (draft-ietf-opsawg-pcapng), little-endian: a section header, an interface description
 * for each place, an enhanced packet for each packet. The packets are bare IP (LINKTYPE_RAW), their times in nanoseconds. Owned
 * by one thread; it does not close the stream, and nothing is held back in it.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          Block Type                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      Block Total Length                       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * /                          Block Body                           /
 * /              variable length, padded to 32 bits               /
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      Block Total Length                       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class PcapngWriter {

    /** Which way a packet went at the place where it was seen. */
    public enum Direction {
        /** It came in. */
        INBOUND(1),
        /** It went out. */
        OUTBOUND(2);

        private final int flag;

        Direction(int flag) {
            this.flag = flag;
        }
    }

    static final int SECTION_HEADER = 0x0A0D0D0A;
    static final int INTERFACE_DESCRIPTION = 1;
    static final int ENHANCED_PACKET = 6;
    static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    static final int LINKTYPE_RAW = 101;

    private static final int OPTION_END = 0;
    private static final int OPTION_COMMENT = 1;
    private static final int SECTION_APPLICATION = 4;
    private static final int INTERFACE_NAME = 2;
    private static final int INTERFACE_DESCRIPTION_WORDS = 3;
    private static final int INTERFACE_TIME_RESOLUTION = 9;
    private static final int PACKET_FLAGS = 2;
    private static final int PACKET_ID = 5;

    private static final short MAJOR = 1;
    private static final short MINOR = 0;
    private static final long LENGTH_UNKNOWN = -1;
    private static final byte NANOSECONDS = 9;
    private static final int NO_SNAP_LENGTH = 0;
    private static final int FRAME_BYTES = 12;
    private static final int OPTION_HEAD_BYTES = 4;
    private static final int FLAGS_BYTES = 4;
    private static final int MAX_OPTION_BYTES = 0xFFFF;
    private static final int SECTION_BODY_BYTES = 16;
    private static final int INTERFACE_BODY_BYTES = 8;
    private static final int PACKET_BODY_BYTES = 20;

    private final OutputStream out;
    private int interfaces;

    /**
     * Begins a section.
     *
     * @param comment about the whole, cut at 65,535 bytes of UTF-8
     */
    public PcapngWriter(OutputStream out, String comment) throws IOException {
        this.out = out;
        byte[] words = utf8(comment);
        byte[] application = utf8("postern nat-sim");
        ByteBuffer body = body(SECTION_BODY_BYTES + optionBytes(words) + optionBytes(application) + OPTION_HEAD_BYTES);
        body.putInt(BYTE_ORDER_MAGIC).putShort(MAJOR).putShort(MINOR).putLong(LENGTH_UNKNOWN);
        putOption(body, OPTION_COMMENT, words);
        putOption(body, SECTION_APPLICATION, application);
        putEnd(body);
        block(SECTION_HEADER, body);
    }

    /**
     * Describes one more place where packets are seen.
     *
     * @return its number, for {@link #packet}
     */
    public int addInterface(String name, String description) throws IOException {
        byte[] nameBytes = utf8(name);
        byte[] words = utf8(description);
        byte[] resolution = {NANOSECONDS};
        ByteBuffer body = body(INTERFACE_BODY_BYTES
                + optionBytes(nameBytes)
                + optionBytes(words)
                + optionBytes(resolution)
                + OPTION_HEAD_BYTES);
        body.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(NO_SNAP_LENGTH);
        putOption(body, INTERFACE_NAME, nameBytes);
        putOption(body, INTERFACE_DESCRIPTION_WORDS, words);
        putOption(body, INTERFACE_TIME_RESOLUTION, resolution);
        putEnd(body);
        block(INTERFACE_DESCRIPTION, body);
        return interfaces++;
    }

    /**
     * Writes one packet.
     *
     * @param place a number that {@link #addInterface} has answered
     * @param nanos when, 0 or more, counted from the epoch that the reader is to show
     * @param bytes from the first of the IP header on, all of them
     * @param id the same for one packet at every place
     * @param comment what happened to it, cut at 65,535 bytes of UTF-8
     */
    public void packet(int place, long nanos, byte[] bytes, Direction direction, long id, String comment)
            throws IOException {
        if (place < 0 || place >= interfaces) {
            throw new IllegalArgumentException("place " + place + " is none of the " + interfaces + " described");
        }
        byte[] words = utf8(comment);
        ByteBuffer body = body(PACKET_BODY_BYTES
                + padded(bytes.length)
                + optionBytes(words)
                + OPTION_HEAD_BYTES
                + FLAGS_BYTES
                + OPTION_HEAD_BYTES
                + Long.BYTES
                + OPTION_HEAD_BYTES);
        body.putInt(place).putInt((int) (nanos >>> Integer.SIZE)).putInt((int) nanos);
        body.putInt(bytes.length).putInt(bytes.length).put(bytes);
        pad(body, bytes.length);
        putOption(body, OPTION_COMMENT, words);
        body.putShort((short) PACKET_FLAGS).putShort((short) FLAGS_BYTES).putInt(direction.flag);
        body.putShort((short) PACKET_ID).putShort((short) Long.BYTES).putLong(id);
        putEnd(body);
        block(ENHANCED_PACKET, body);
    }

    private void block(int type, ByteBuffer body) throws IOException {
        int total = body.position() + FRAME_BYTES;
        byte[] block = new byte[total];
        ByteBuffer view = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        view.putInt(type).putInt(total).put(body.flip()).putInt(total);
        out.write(block);
    }

    private static ByteBuffer body(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] utf8(String words) {
        byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(bytes.length, MAX_OPTION_BYTES);
        while (end < bytes.length && end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
    }

    private static int optionBytes(byte[] value) {
        return OPTION_HEAD_BYTES + padded(value.length);
    }

    private static void putOption(ByteBuffer body, int code, byte[] value) {
        body.putShort((short) code).putShort((short) value.length).put(value);
        pad(body, value.length);
    }

    private static void putEnd(ByteBuffer body) {
        body.putShort((short) OPTION_END).putShort((short) 0);
    }

    private static int padded(int bytes) {
        return (bytes + 3) & ~3;
    }

    private static void pad(ByteBuffer body, int written) {
        body.position(body.position() + padded(written) - written);
    }
}
