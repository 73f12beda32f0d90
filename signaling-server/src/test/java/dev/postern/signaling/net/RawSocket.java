package dev.postern.signaling.net;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A TCP connection that speaks HTTP and WebSocket byte by byte, so that it can break every rule of them. */
final class RawSocket implements AutoCloseable {

    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CONTINUATION = 0x0;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    private static final int MASKED = 0x80;
    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;
    private final DataInputStream in;
    private final URI server;

    /** A frame from the server; a close frame's code, -1 for the end of the connection. */
    record ServerFrame(int opCode, String text, int closeCode) {

        boolean isEnd() {
            return closeCode == -1;
        }
    }

    private RawSocket(Socket socket, URI server) throws IOException {
        this.socket = socket;
        this.server = server;
        this.in = new DataInputStream(socket.getInputStream());
    }

    static RawSocket connect(URI server) throws IOException {
        return connect(server, new Socket());
    }

    /** From another address of this host than the one that the system would pick. */
    static RawSocket connectFrom(String local, URI server) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(local, 0));
        return connect(server, socket);
    }

    /** Over a connection that is there already. */
    static RawSocket over(Socket connected, URI server) throws IOException {
        connected.setSoTimeout((int) PATIENCE.toMillis());
        return new RawSocket(connected, server);
    }

    /** With a receive buffer so small that a reader who stops is soon noticed. */
    static RawSocket connectWithSmallBuffer(URI server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2_048);
        return connect(server, socket);
    }

    private static RawSocket connect(URI server, Socket socket) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        return new RawSocket(socket, server);
    }

    /** A WebSocket from a page of the server's own origin. */
    static RawSocket open(URI server) throws IOException {
        RawSocket raw = connect(server);
        raw.upgrade();
        return raw;
    }

    /** An open WebSocket whose hello was answered. */
    static RawSocket hello(URI server) throws IOException {
        RawSocket raw = open(server);
        raw.text("{\"t\":\"hello\",\"v\":1}");
        raw.read();
        return raw;
    }

    void upgrade() throws IOException {
        String response = http("GET", "/signal/v1/ws", handshake("Origin: " + origin()));
        if (!response.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + response);
        }
    }

    String origin() {
        return "http://" + server.getAuthority();
    }

    static String handshake(String more) {
        return """
                Connection: Upgrade
                Upgrade: websocket
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                """ + more;
    }

    /** Sends a request with a Host header and these header lines; answers status line, headers and body. */
    String http(String method, String path, String headerLines) throws IOException {
        return httpWithHost(method, path, server.getAuthority(), headerLines);
    }

    /** Sends a request with a JSON body, from a page of the server's own origin; answers status line, headers and body. */
    String json(String method, String path, String headerLines, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String headers = "Content-Type: application/json\nContent-Length: " + bytes.length + "\n" + headerLines;
        sendHead(method, path, headers);
        write(bytes);
        return response(method);
    }

    /** Sends the head of a request and nothing more. */
    void sendHead(String method, String path, String headerLines) throws IOException {
        String head =
                method + " " + path + " HTTP/1.1\nHost: " + server.getAuthority() + "\n" + headerLines.strip() + "\n\n";
        write(head.replace("\n\n\n", "\n\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The answer to what was sent. */
    String readResponse() throws IOException {
        return response("GET");
    }

    /** The next line that starts with this, without it; lines before it are passed over. */
    String readLine(String start) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            byte next = in.readByte();
            if (next != '\n') {
                line.write(next);
                continue;
            }
            String text = line.toString(StandardCharsets.UTF_8).strip();
            if (text.startsWith(start)) {
                return text.substring(start.length());
            }
            line.reset();
        }
    }

    String httpWithHost(String method, String path, String host, String headerLines) throws IOException {
        String head = method + " " + path + " HTTP/1.1\nHost: " + host + "\n" + headerLines.strip() + "\n\n";
        write(head.replace("\n\n\n", "\n\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        return response(method);
    }

    /** Status line and headers of an answer, to the empty line behind them. */
    String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.readByte());
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private String response(String method) throws IOException {
        String text = readHead();
        int length = contentLength(text);
        byte[] body = method.equals("HEAD") || text.contains(" 304 ") ? new byte[0] : in.readNBytes(length);
        return text + new String(body, StandardCharsets.UTF_8);
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                .map(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Sends byte after byte, a few milliseconds apart; whether the connection was cut before all were sent. */
    boolean drip(byte[] bytes) throws InterruptedException {
        boolean[] cut = new boolean[1];
        int[] sent = new int[1];
        Await.until("the cut of a connection that drips", () -> {
            try {
                write(new byte[] {bytes[sent[0]++]});
            } catch (IOException e) {
                cut[0] = true;
            }
            return cut[0] || sent[0] == bytes.length;
        });
        return cut[0];
    }

    void text(String text) throws IOException {
        write(frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A masked frame. */
    static byte[] frame(int firstByte, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header(firstByte, MASKED, payload.length));
        bytes.writeBytes(MASK);
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] = (byte) (masked[i] ^ MASK[i % 4]);
        }
        bytes.writeBytes(masked);
        return bytes.toByteArray();
    }

    static byte[] unmaskedFrame(int firstByte, byte[] payload) {
        byte[] header = header(firstByte, 0, payload.length);
        return ByteBuffer.allocate(header.length + payload.length)
                .put(header)
                .put(payload)
                .array();
    }

    /** The header of a frame that announces this length, and its mask; nothing of its payload. */
    static byte[] announce(int firstByte, long length) {
        byte[] header = header(firstByte, MASKED, length);
        return ByteBuffer.allocate(header.length + 4).put(header).put(MASK).array();
    }

    private static byte[] header(int firstByte, int masked, long length) {
        if (length >= 0 && length < 126) {
            return new byte[] {(byte) firstByte, (byte) (masked | length)};
        }
        if (length >= 0 && length < 65_536) {
            return ByteBuffer.allocate(4)
                    .put((byte) firstByte)
                    .put((byte) (masked | 126))
                    .putShort((short) length)
                    .array();
        }
        return ByteBuffer.allocate(10)
                .put((byte) firstByte)
                .put((byte) (masked | 127))
                .putLong(length)
                .array();
    }

    /** The next frame, or the end of the connection. */
    ServerFrame read() throws IOException {
        try {
            return readFrame();
        } catch (EOFException | SocketException e) {
            return new ServerFrame(CLOSE, "", -1);
        }
    }

    private ServerFrame readFrame() throws IOException {
        int opCode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException();
        }
        if (opCode == CLOSE) {
            int code = length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
            String reason = length < 2 ? "" : new String(payload, 2, length - 2, StandardCharsets.UTF_8);
            return new ServerFrame(opCode, reason, code);
        }
        return new ServerFrame(opCode, new String(payload, StandardCharsets.UTF_8), 0);
    }

    /** The next text that holds this one; what comes before it is passed over. */
    String readUntil(String part) throws IOException {
        while (true) {
            ServerFrame frame = read();
            if (frame.isEnd() || frame.opCode() == CLOSE) {
                throw new IOException("closed with " + frame.closeCode() + " before " + part);
            }
            if (frame.text().contains(part)) {
                return frame.text();
            }
        }
    }

    /** Reads to the close frame, or to the end without one. */
    ServerFrame readClose() throws IOException {
        ServerFrame frame = read();
        while (frame.opCode() != CLOSE) {
            frame = read();
        }
        return frame;
    }

    /** Reads to the end of the connection; null if it does not come in time. */
    @Nullable
    Duration readToEnd() throws IOException {
        long start = System.nanoTime();
        InputStream raw = socket.getInputStream();
        byte[] sink = new byte[65_536];
        try {
            while (raw.read(sink) >= 0) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    return null;
                }
            }
        } catch (SocketException e) {
            // A reset is an end too.
            return Duration.ofNanos(System.nanoTime() - start);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Ends the connection without a close frame, as a process that dies does. */
    void cut() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
