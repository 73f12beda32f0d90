package dev.postern.app.dtls;

import dev.postern.stun.TransportAddress;
import dev.postern.transport.DtlsPorts;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.californium.elements.AddressEndpointContext;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.util.LimitedRunnable;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.Connection;
import org.eclipse.californium.scandium.dtls.x509.CertificateProvider;
import org.jspecify.annotations.Nullable;

/**
 * One UDP port that speaks DTLS, with a socket of its own or a {@link FedSocket}: Scandium's connector, whose clients are counted in
 * by {@link KnownClients}. A ClientHello is
 * answered with a cookie, an HMAC over the source's address, its port and the hello, under a key that changes every minute;
 * until it comes back nothing is kept for its source.
 */
final class DtlsListener extends DTLSConnector implements DtlsPorts.Port, KnownClients.Sender {

    private final DatagramSocket socket;
    private final KnownClients clients;

    private DtlsListener(DtlsConnectorConfig config, DatagramSocket socket, KnownClients clients) {
        super(config, clients);
        this.socket = socket;
        this.clients = clients;
    }

    /**
     * Binds the socket to the address and serves.
     *
     * @param socket belongs to the listener from now on
     * @param threads shared with other ports and not closed with this one
     */
    static DtlsListener open(
            DatagramSocket socket,
            TransportAddress address,
            Configuration configuration,
            CertificateProvider certificates,
            ScheduledExecutorService threads,
            int maxSessions,
            DtlsPorts.Sessions sessions)
            throws IOException {
        KnownClients clients = new KnownClients(maxSessions, sessions);
        DtlsConnectorConfig config = DtlsConnectorConfig.builder(configuration)
                .setAddress(address.toSocketAddress())
                .setReuseAddress(false)
                .setCertificateIdentityProvider(certificates)
                .setConnectionListener(clients.listener())
                .build();
        DtlsListener listener = new DtlsListener(config, socket, clients);
        listener.setExecutor(threads);
        listener.setRawDataReceiver(clients::onData);
        try {
            listener.start();
        } catch (IOException | RuntimeException e) {
            listener.destroy();
            throw e;
        }
        return listener;
    }

    @Override
    protected void start(InetSocketAddress bind) throws IOException {
        init(bind, socket, null);
    }

    /** Knows the port before the first datagram is read. */
    @Override
    protected void init(InetSocketAddress bind, DatagramSocket socket, @Nullable Integer mtu) throws IOException {
        try {
            socket.bind(bind);
            clients.begin(TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress()), this);
            super.init(bind, socket, mtu);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    protected boolean executeInbound(Executor executor, InetSocketAddress peer, LimitedRunnable job) {
        boolean accepted = super.executeInbound(executor, peer, job);
        if (!accepted) {
            clients.overflowed();
        }
        return accepted;
    }

    @Override
    public TransportAddress address() {
        return TransportAddress.of(getAddress());
    }

    /** How many clients are known, in a handshake or in a session. */
    int known() {
        return clients.known();
    }

    /** How many more Scandium has room for. */
    int remainingCapacity() {
        return clients.remainingCapacity();
    }

    @Override
    public boolean send(Connection connection, ByteBuffer datagram) {
        InetSocketAddress peer = connection.getPeerAddress();
        if (peer == null) {
            return false; // ended by now
        }
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        Outcome outcome = new Outcome();
        try {
            send(RawData.outbound(bytes, new AddressEndpointContext(peer), outcome, false));
        } catch (RuntimeException e) {
            return false; // closed by now
        }
        return !outcome.isRefused();
    }

    @Override
    public void close() {
        try {
            clients.closeAll();
        } finally {
            destroy();
        }
    }
}
