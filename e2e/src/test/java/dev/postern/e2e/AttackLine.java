package dev.postern.e2e;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP connection to the signaling server that speaks HTTP and WebSocket byte by byte, so that it can break every rule of them. What it is told is
 * read by a thread of its own from {@link #listen} on. Frames are masked with zeros.
 */
final class AttackLine implements AutoCloseable {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int FIN = 0x80;

    private static final int MASKED = 0x80;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int CONNECT_MILLIS = 2_000;
    private static final int DRAIN_MILLIS = 500;
    private static final Pattern NAME = Pattern.compile("\"name\":\"([a-z_]+)\"");
    private static final Pattern CODE = Pattern.compile("\"code\":(\\d+)");
    private static final String STREAM_PATH = "/signal/v1/stream";

    private final Socket socket;
    private final DataInputStream in;
    private final int port;
    private volatile boolean isOver;

    /** @param receiveBytes the size of the receive buffer, so that a reader who stops is soon noticed; 0 for the system's own */
    AttackLine(String from, int port, int receiveBytes) throws IOException {
        this.port = port;
        this.socket = new Socket();
        try {
            if (receiveBytes > 0) {
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(from, 0));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            this.in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** An open WebSocket that has said nothing; closes the connection where there is none. */
    AttackLine upgraded() throws IOException {
        try {
            write(upgradeRequest());
            String head = readHead();
            if (!head.startsWith("HTTP/1.1 101 ")) {
                throw new IOException("HTTP " + head.substring(9, 12));
            }
            return this;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    byte[] upgradeRequest() {
        return ("GET /signal/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nOrigin: http://127.0.0.1:" + port
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The head of a POST that opens an HTTP stream and promises a body of so many bytes. */
    byte[] postHead(int bytes) {
        return ("POST " + STREAM_PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nOrigin: http://127.0.0.1:" + port
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readByte());
        }
        return head.toString();
    }

    /** Says hello and answers the welcome; fails with the error's name where there is none. */
    String hello() throws IOException {
        text("{\"t\":\"hello\",\"v\":1}");
        String answer = readText();
        if (!answer.contains("\"t\":\"welcome\"")) {
            throw new IOException(told(answer));
        }
        return answer;
    }

    /** Joins a room as this request, and fails with the error's name where that is refused. */
    void join(int id, String room) throws IOException {
        text(joinText(id, room));
        String answer = readText();
        while (!answer.contains("\"re\":" + id)) {
            answer = readText();
        }
        if (!answer.contains("\"t\":\"ok\"")) {
            throw new IOException(told(answer));
        }
    }

    static String joinText(int id, String room) {
        return "{\"t\":\"join\",\"id\":" + id + ",\"room\":\"" + room + "\"}";
    }

    static String leaveText(int id, String room) {
        return "{\"t\":\"leave\",\"id\":" + id + ",\"room\":\"" + room + "\"}";
    }

    static String sigText(int id, String to, String room, String sdp) {
        return "{\"t\":\"sig\",\"id\":" + id + ",\"to\":\"" + to + "\",\"room\":\"" + room
                + "\",\"neg\":1,\"gen\":1,\"d\":{\"type\":\"offer\",\"sdp\":\"" + sdp + "\"}}";
    }

    /** The text of a field of a message. */
    static String field(String message, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(message);
        if (!matcher.find()) {
            throw new AssertionError("no " + name + " in " + message);
        }
        return matcher.group(1);
    }

    void text(String text) throws IOException {
        write(frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    static byte[] frame(int firstByte, byte[] payload) {
        byte[] header = announce(firstByte, payload.length);
        return ByteBuffer.allocate(header.length + payload.length)
                .put(header)
                .put(payload)
                .array();
    }

    /** The header of a frame that announces this length, and its mask. */
    static byte[] announce(int firstByte, long length) {
        ByteBuffer header = ByteBuffer.allocate(14).put((byte) firstByte);
        if (length >= 0 && length < 126) {
            header.put((byte) (MASKED | length));
        } else if (length >= 0 && length < 65_536) {
            header.put((byte) (MASKED | 126)).putShort((short) length);
        } else {
            header.put((byte) (MASKED | 127)).putLong(length);
        }
        header.putInt(0);
        byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }

    /** One frame many times, in one piece. */
    static byte[] repeated(byte[] frame, int times) {
        ByteBuffer all = ByteBuffer.allocate(frame.length * times);
        for (int i = 0; i < times; i++) {
            all.put(frame);
        }
        return all.array();
    }

    /** The next text; fails with the code where the connection is closed. */
    String readText() throws IOException {
        int opCode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = in.readNBytes(length);
        if (opCode == CLOSE) {
            throw new IOException(
                    "closed " + (length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF));
        }
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Has another thread read texts to the end of the connection, and tells what of them is about what was done wrong. */
    void listen(Consumer<String> told) {
        start(() -> readAll(told), told);
    }

    private void readAll(Consumer<String> told) throws IOException {
        while (true) {
            String text = readText();
            if (text.contains("\"t\":\"err\"") || text.contains("\"resumed\":false")) {
                told.accept(told(text));
            }
        }
    }

    /** Has another thread read the status of an answer. */
    void listenForStatus(Consumer<String> told) {
        start(
                () -> {
                    String head = readHead();
                    told.accept("HTTP " + head.substring(9, 12));
                },
                told);
    }

    private interface Reading {

        void run() throws IOException;
    }

    private void start(Reading reading, Consumer<String> told) {
        Thread thread = new Thread(
                () -> {
                    try {
                        reading.run();
                    } catch (IOException e) {
                        isOver = true;
                        if (!socket.isClosed()) {
                            told.accept(reason(e));
                        }
                    }
                },
                "attack reader");
        thread.setDaemon(true);
        thread.start();
    }

    /** As {@link #listen}, by the calling thread, for as long as there is something to read. */
    void drain(Consumer<String> told) {
        try {
            socket.setSoTimeout(DRAIN_MILLIS);
            readAll(told);
        } catch (IOException e) {
            told.accept(reason(e));
        }
    }

    /** Whether the connection has ended, as far as was read. */
    boolean isOver() {
        return isOver;
    }

    private static String told(String text) {
        if (text.contains("\"t\":\"welcome\"")) {
            return "a new session";
        }
        Matcher name = NAME.matcher(text);
        Matcher code = CODE.matcher(text);
        return name.find() ? name.group(1) : code.find() ? "bye " + code.group(1) : "something else";
    }

    static String reason(IOException end) {
        if (end instanceof SocketTimeoutException) {
            return "nothing more";
        }
        String message = end.getMessage();
        return message != null && message.matches("(closed|HTTP|bye) .*|[a-z]+(_[a-z]+)+|a new session")
                ? message
                : "cut";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
