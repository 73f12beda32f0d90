package dev.postern.conformance;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Bytes as lines of hexadecimal with what each line means: a STUN message's header and each attribute on lines of their own. */
public final class HexNotes {

    /**
     * One line.
     *
     * @param hex up to 16 bytes as {@code 0a 1b}
     * @param words what they mean; empty for what goes on from the line before
     */
    public record Line(String hex, String words) {}

    private static final int BYTES_PER_LINE = 16;
    private static final int MAX_LINES_PER_VALUE = 16;

    private final ByteBuffer bytes;
    private final int end;
    private final List<Line> lines = new ArrayList<>();
    private int at;

    private HexNotes(ByteBuffer bytes) {
        this.bytes = bytes;
        this.at = bytes.position();
        this.end = bytes.limit();
    }

    /** The lines of a STUN message, however broken, of ChannelData, or of any bytes. */
    public static List<Line> of(ByteBuffer bytes) {
        HexNotes notes = new HexNotes(bytes);
        int first = bytes.hasRemaining() ? bytes.get(bytes.position()) & 0xFF : -1;
        if (first >= 0 && first < 0x40 && bytes.remaining() >= ChannelData.HEADER_BYTES) {
            notes.stun();
        } else if (first >= 0x40 && first < 0x80 && bytes.remaining() >= ChannelData.HEADER_BYTES) {
            notes.channelData();
        } else {
            notes.take(bytes.remaining(), bytes.remaining() + " bytes");
        }
        return notes.lines;
    }

    /** The lines of bytes that are no message. */
    static List<Line> plain(ByteBuffer bytes) {
        HexNotes notes = new HexNotes(bytes);
        notes.take(bytes.remaining(), "data");
        return notes.lines;
    }

    private void stun() {
        int type = bytes.getShort(at) & 0xFFFF;
        int length = bytes.getShort(at + 2) & 0xFFFF;
        take(4, messageWords(type) + ", length " + length);
        boolean cookie = end - at >= 4 && bytes.getInt(at) == StunMessage.MAGIC_COOKIE;
        take(4, cookie ? "magic cookie" : "no magic cookie");
        take(12, "transaction id");
        StunMessage message = new StunMessage();
        boolean whole = message.decode(bytes) == DecodeResult.OK;
        for (int index = 0; end - at >= StunMessage.ATTRIBUTE_HEADER_BYTES; index++) {
            attribute(whole ? message : null, index);
        }
        take(end - at, "left over");
    }

    private void attribute(@Nullable StunMessage message, int index) {
        int type = bytes.getShort(at) & 0xFFFF;
        int length = bytes.getShort(at + 2) & 0xFFFF;
        int padded = Math.min(length + 3 & ~3, end - at - 4);
        String name = AttributeType.nameOf(type) + ", " + length + (length == 1 ? " byte" : " bytes");
        String value = message == null ? "" : AttributeWords.of(message, index);
        take(4 + padded, value.isEmpty() ? name : name + ": " + value);
    }

    private void channelData() {
        int length = ChannelData.payloadLength(bytes);
        take(4, String.format(Locale.ROOT, "ChannelData 0x%04X, length %d", ChannelData.number(bytes), length));
        take(Math.min(length, end - at), "data");
        take(end - at, "behind the data");
    }

    private static String messageWords(int type) {
        int method = (type & 0xF) | (type >>> 1 & 0x70) | (type >>> 2 & 0xF80);
        Method known = Method.fromCode(method);
        String name = known == null ? String.format(Locale.ROOT, "Method 0x%03x", method) : words(known);
        String kind = switch ((type >>> 4 & 1) | (type >>> 7 & 2)) {
            case 0 -> "request";
            case 1 -> "indication";
            case 2 -> "success response";
            default -> "error response";
        };
        return (type > 0x3FFF ? "first two bits not 0: " : "") + name + " " + kind;
    }

    /** The method's name as RFCs write it. */
    static String words(Method method) {
        StringBuilder name = new StringBuilder();
        for (String part : method.name().split("_")) {
            name.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    private void take(int count, String words) {
        int left = Math.min(count, end - at);
        String say = words;
        for (int line = 0; left > 0; line++) {
            if (line == MAX_LINES_PER_VALUE) {
                lines.add(new Line("", "... and " + left + " more bytes"));
                at += left;
                return;
            }
            int take = Math.min(left, BYTES_PER_LINE);
            lines.add(new Line(hex(at, take), say));
            at += take;
            left -= take;
            say = "";
        }
    }

    private String hex(int from, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(String.format("%02x", bytes.get(from + i)));
        }
        return text.toString();
    }
}
