package dev.postern.natsim.pcap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A reader of pcapng written from its draft alone, for what the writer writes; refuses a block whose two lengths differ, an
 * interface that was not described, and options that do not end.
 */
final class ReadCapture {

    /** A packet as it was captured. */
    record Frame(String place, long nanos, ByteBuffer bytes, String comment, int flags, long id) {}

    final List<String> places = new ArrayList<>();
    final List<Integer> resolutions = new ArrayList<>();
    final List<Frame> frames = new ArrayList<>();
    String comment = "";

    ReadCapture(byte[] file) {
        ByteBuffer all = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        while (all.hasRemaining()) {
            int start = all.position();
            int type = all.getInt();
            int total = all.getInt();
            if (total % 4 != 0 || all.getInt(start + total - 4) != total) {
                throw new IllegalStateException("block at " + start + " says " + total + " bytes");
            }
            ByteBuffer body = all.slice(start + 8, total - 12).order(ByteOrder.LITTLE_ENDIAN);
            switch (type) {
                case 0x0A0D0D0A -> section(body);
                case 1 -> place(body);
                case 6 -> packet(body);
                default -> throw new IllegalStateException("block of type " + type);
            }
            all.position(start + total);
        }
    }

    private void section(ByteBuffer body) {
        if (body.getInt() != 0x1A2B3C4D || body.getShort() != 1 || body.getShort() != 0 || body.getLong() != -1) {
            throw new IllegalStateException("no section header of version 1.0 in little-endian");
        }
        comment = text(options(body), 1);
    }

    private void place(ByteBuffer body) {
        if (body.getShort() != 101) {
            throw new IllegalStateException("not LINKTYPE_RAW");
        }
        body.getShort();
        body.getInt();
        Map<Integer, ByteBuffer> options = options(body);
        places.add(text(options, 2));
        resolutions.add((int) value(options, 9).get(0));
    }

    private void packet(ByteBuffer body) {
        String place = places.get(body.getInt());
        long nanos = (long) body.getInt() << 32 | (body.getInt() & 0xFFFFFFFFL);
        int captured = body.getInt();
        if (body.getInt() != captured) {
            throw new IllegalStateException("a packet was cut");
        }
        byte[] bytes = new byte[captured];
        body.get(bytes);
        body.position(body.position() + (-captured & 3));
        Map<Integer, ByteBuffer> options = options(body);
        frames.add(new Frame(
                place,
                nanos,
                ByteBuffer.wrap(bytes),
                text(options, 1),
                value(options, 2).getInt(0),
                value(options, 5).getLong(0)));
    }

    private static Map<Integer, ByteBuffer> options(ByteBuffer body) {
        Map<Integer, ByteBuffer> options = new HashMap<>();
        while (true) {
            int code = body.getShort() & 0xFFFF;
            int length = body.getShort() & 0xFFFF;
            if (code == 0) {
                if (length != 0 || body.hasRemaining()) {
                    throw new IllegalStateException("bytes behind the end of the options");
                }
                return options;
            }
            options.put(code, body.slice(body.position(), length).order(ByteOrder.LITTLE_ENDIAN));
            body.position(body.position() + length + (-length & 3));
        }
    }

    private static ByteBuffer value(Map<Integer, ByteBuffer> options, int code) {
        return Objects.requireNonNull(options.get(code), () -> "no option " + code);
    }

    private static String text(Map<Integer, ByteBuffer> options, int code) {
        return StandardCharsets.UTF_8.decode(value(options, code).duplicate()).toString();
    }
}
