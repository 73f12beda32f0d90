package dev.postern.app.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One POST over a connection of its own, to the very address that was judged: an HTTP client that looks the name up once more could be led
 * elsewhere meanwhile. Only the status is read, so that no redirect is followed. Blocks; any thread.
 */
final class EventPost implements EventWebhook.Sender {

    private static final int MAX_STATUS_LINE = 512;
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final EventTarget target;
    private final int timeoutMillis;
    private final SSLSocketFactory tls;

    /** @param timeout for the connection, for each thing that is waited for while TLS begins, and for the answer */
    EventPost(EventTarget target, Duration timeout, SSLSocketFactory tls) {
        this.target = target;
        this.timeoutMillis = Math.toIntExact(timeout.toMillis());
        this.tls = tls;
    }

    @Override
    public int post(String delivery, String signature, byte[] body) throws IOException {
        InetAddress address = target.resolve();
        try (Socket plain = SocketFactory.getDefault().createSocket()) {
            plain.connect(new InetSocketAddress(address, target.port()), timeoutMillis);
            plain.setSoTimeout(timeoutMillis);
            try (Socket socket = target.isTls() ? secured(plain) : plain) {
                socket.getOutputStream().write(head(delivery, signature, body.length));
                socket.getOutputStream().write(body);
                socket.getOutputStream().flush();
                return status(socket);
            }
        }
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) tls.createSocket(plain, target.host(), target.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private byte[] head(String delivery, String signature, int length) {
        String head = "POST " + target.path() + " HTTP/1.1\r\nHost: " + target.authority()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\nPostern-Delivery: "
                + delivery
                + "\r\n" + EventSignature.HEADER + ": " + signature + "\r\nConnection: close\r\n\r\n";
        return head.getBytes(StandardCharsets.US_ASCII);
    }

    private int status(Socket socket) throws IOException {
        long startNanos = System.nanoTime();
        StringBuilder line = new StringBuilder();
        int next = read(socket, startNanos);
        while (next >= 0 && next != '\n' && line.length() < MAX_STATUS_LINE) {
            line.append((char) next);
            next = read(socket, startNanos);
        }
        if (!line.toString().matches("HTTP/1\\.[01] [0-9]{3}( .*|\r|)\r?")) {
            throw new IOException("no HTTP answer");
        }
        return Integer.parseInt(line.substring(STATUS_AT, STATUS_AT + 3));
    }

    /** One byte of an answer that is waited for as a whole since then: each byte may not have that long. */
    private int read(Socket socket, long startNanos) throws IOException {
        long leftMillis = timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        if (leftMillis <= 0) {
            throw new SocketTimeoutException("the answer takes too long");
        }
        socket.setSoTimeout((int) leftMillis);
        return socket.getInputStream().read();
    }
}
