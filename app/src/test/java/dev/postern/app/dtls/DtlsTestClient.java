package dev.postern.app.dtls;

import dev.postern.app.tls.TrustsAll;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** A DTLS client on the JDK's own engine: another reading of the RFC than the server's. One thread. */
public final class DtlsTestClient implements AutoCloseable {

    private static final int LONGEST = 1 << 15;
    private static final int PACKET_BYTES = 1400;
    private static final int RETRANSMIT_MILLIS = 1000;
    private static final int WAIT_MILLIS = 20_000;
    private static final int MOST_STEPS = 200;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final DatagramSocket socket = new DatagramSocket();
    private final SSLEngine engine;
    private ByteBuffer in = NOTHING;

    /** Shakes hands, asking for this host; every certificate is taken. */
    public DtlsTestClient(TransportAddress server, String host) throws IOException, GeneralSecurityException {
        socket.connect(server.toSocketAddress());
        socket.setSoTimeout(RETRANSMIT_MILLIS);
        engine = TrustsAll.context("DTLS").createSSLEngine(host, server.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setMaximumPacketSize(PACKET_BYTES);
        engine.setSSLParameters(parameters);
        try {
            shakeHands();
            socket.setSoTimeout(WAIT_MILLIS); // what is asked now is not sent again
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void shakeHands() throws IOException {
        engine.beginHandshake();
        for (int i = 0; i < MOST_STEPS; i++) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_WRAP -> wrap(NOTHING);
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_UNWRAP_AGAIN -> unwrap(NOTHING);
                case NEED_UNWRAP -> hear();
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
        throw new SSLException("the handshake does not end");
    }

    private void hear() throws IOException {
        if (!in.hasRemaining()) {
            try {
                in = receive();
            } catch (SocketTimeoutException e) {
                wrap(NOTHING); // the engine sends its flight again
                return;
            }
        }
        unwrap(in);
    }

    private ByteBuffer receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
        socket.receive(packet);
        return ByteBuffer.wrap(packet.getData(), 0, packet.getLength()).slice();
    }

    private ByteBuffer unwrap(ByteBuffer from) throws IOException {
        ByteBuffer plain = ByteBuffer.allocate(LONGEST);
        engine.unwrap(from, plain);
        return plain.flip();
    }

    private void wrap(ByteBuffer plain) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(LONGEST);
        engine.wrap(plain, out);
        if (out.position() > 0) {
            socket.send(new DatagramPacket(out.array(), out.position()));
        }
    }

    /** Sends one datagram in one record. */
    public void send(byte[] datagram) throws IOException {
        wrap(ByteBuffer.wrap(datagram));
    }

    /** The next datagram of the server; empty when the server has said goodbye. */
    public ByteBuffer next() throws IOException {
        for (int i = 0; i < MOST_STEPS && !engine.isInboundDone(); i++) {
            if (!in.hasRemaining()) {
                in = receive();
            }
            ByteBuffer plain = unwrap(in);
            if (plain.hasRemaining()) {
                return plain;
            }
        }
        return NOTHING;
    }

    /** Whether the server has said goodbye. */
    boolean isInboundDone() {
        return engine.isInboundDone();
    }

    /** The certificate that the server has shown. */
    public X509Certificate shown() throws SSLException {
        return (X509Certificate) engine.getSession().getPeerCertificates()[0];
    }

    String cipherSuite() {
        return engine.getSession().getCipherSuite();
    }

    /** Where the server sees this client. */
    public TransportAddress local() {
        return TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
    }

    /** Says goodbye. */
    @Override
    public void close() throws IOException {
        engine.closeOutbound();
        if (!socket.isClosed()) {
            wrap(NOTHING);
        }
        socket.close();
    }

    /** Goes without a word, as a client whose machine was turned off. */
    void vanish() {
        socket.close();
    }
}
