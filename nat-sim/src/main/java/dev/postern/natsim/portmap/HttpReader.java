package dev.postern.natsim.portmap;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gathers one {@link HttpMessage} from a stream (RFC 9112), and no more bytes than a message of UPnP has: what is longer or is none
 * ends it. One owner thread.
 */
public final class HttpReader {

    /** The longest start line with headers: {@value}. */
    public static final int MAX_HEAD_BYTES = 8192;
    /** The longest content: {@value}. */
    public static final int MAX_BODY_BYTES = 65_536;

    private static final int MAX_CHUNK_HEADS_BYTES = 4096;
    private static final int MAX_BYTES = MAX_HEAD_BYTES + MAX_BODY_BYTES + MAX_CHUNK_HEADS_BYTES;
    private static final int MAX_HEADERS = 64;
    private static final int MAX_CHUNK_LINE = 64;
    private static final int FIRST_BYTES = 1024;
    private static final int HEX = 16;
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    /** What has come of it. */
    public enum State {
        /** More is to come. */
        MORE,
        /** The message is whole. */
        DONE,
        /** It is no message. */
        MALFORMED,
        /** It is longer than it may be. */
        TOO_LONG
    }

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    private int bodyStart = -1;
    private State state = State.MORE;
    private String startLine = "";
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private int chunkStart;
    private boolean chunked;
    /** How long the content is; negative while only the end of the stream tells. */
    private int bodyLength = -1;

    /** The next bytes have come. */
    public State onData(ByteBuffer data) {
        if (state != State.MORE) {
            return state;
        }
        int taken = Math.min(data.remaining(), MAX_BYTES - length);
        boolean more = data.remaining() > taken;
        if (length + taken > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(MAX_BYTES, Math.max(length + taken, 2 * bytes.length)));
        }
        int scanned = length;
        data.duplicate().get(bytes, length, taken);
        length += taken;
        if (bodyStart < 0) {
            findHead(scanned);
        }
        if (state == State.MORE && bodyStart >= 0) {
            readBody();
        }
        if (state == State.MORE && more) {
            state = State.TOO_LONG;
        }
        return state;
    }

    /** No more bytes will come. */
    public State onEnd() {
        if (state == State.MORE) {
            state = bodyStart >= 0 && !chunked && bodyLength < 0 ? State.DONE : State.MALFORMED;
        }
        return state;
    }

    /** The message; null unless it is {@link State#DONE}. */
    public @Nullable HttpMessage message() {
        if (state != State.DONE) {
            return null;
        }
        int end = bodyLength < 0 ? length : bodyStart + bodyLength;
        String body = chunked
                ? chunks.toString(StandardCharsets.UTF_8)
                : new String(bytes, bodyStart, end - bodyStart, StandardCharsets.UTF_8);
        return new HttpMessage(startLine, headers, body);
    }

    private void findHead(int scanned) {
        int from = Math.max(0, scanned - HEAD_END.length + 1);
        int end = indexOf(HEAD_END, from, length);
        if (end < 0 ? length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES) {
            state = State.TOO_LONG;
        } else if (end >= 0) {
            bodyStart = end + HEAD_END.length;
            chunkStart = bodyStart;
            readHead(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
        }
    }

    private void readHead(String head) {
        String[] lines = head.split("\r\n", -1);
        startLine = lines[0];
        HttpMessage start = new HttpMessage(startLine, Map.of(), "");
        boolean response = start.status() != 0;
        if ((!response && start.method().isEmpty()) || lines.length > MAX_HEADERS) {
            state = State.MALFORMED;
            return;
        }
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0
                    || headers.put(
                                    lines[i].substring(0, colon),
                                    lines[i].substring(colon + 1).strip())
                            != null) {
                state = State.MALFORMED;
                return;
            }
        }
        chunked = "chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"));
        String told = headers.get("Content-Length");
        if (chunked) {
            return;
        }
        if (told != null) {
            readLength(told);
        } else if (!response) {
            bodyLength = 0;
        }
    }

    private void readLength(String told) {
        if (!told.matches("[0-9]{1,9}")) {
            state = State.MALFORMED;
        } else if (Integer.parseInt(told) > MAX_BODY_BYTES) {
            state = State.TOO_LONG;
        } else {
            bodyLength = Integer.parseInt(told);
        }
    }

    private void readBody() {
        if (chunked) {
            boolean more = true;
            while (more) {
                more = readChunk();
            }
        } else if (bodyLength >= 0 && length - bodyStart >= bodyLength) {
            state = State.DONE;
        } else if (length - bodyStart > MAX_BODY_BYTES) {
            state = State.TOO_LONG;
        }
    }

    /** Takes one chunk (RFC 9112 section 7.1) if all of it has come. */
    private boolean readChunk() {
        int lineEnd = indexOf(new byte[] {'\r', '\n'}, chunkStart, Math.min(length, chunkStart + MAX_CHUNK_LINE));
        if (lineEnd < 0) {
            state = length - chunkStart >= MAX_CHUNK_LINE ? State.MALFORMED : state;
            return false;
        }
        String line = new String(bytes, chunkStart, lineEnd - chunkStart, StandardCharsets.ISO_8859_1);
        String size = line.split(";", 2)[0].strip();
        if (!size.matches("[0-9A-Fa-f]{1,6}")) {
            state = State.MALFORMED;
            return false;
        }
        int count = Integer.parseInt(size, HEX);
        int start = lineEnd + 2;
        if (count == 0) {
            state = State.DONE;
            return false;
        }
        if (chunks.size() + count > MAX_BODY_BYTES) {
            state = State.TOO_LONG;
            return false;
        }
        if (length < start + count + 2) {
            return false;
        }
        chunks.write(bytes, start, count);
        chunkStart = start + count + 2;
        return true;
    }

    private int indexOf(byte[] wanted, int from, int end) {
        for (int i = from; i <= end - wanted.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
