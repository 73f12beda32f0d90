package dev.postern.app.dtls;

import dev.postern.app.tls.TlsCertificates;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.DtlsPorts;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.californium.elements.config.CertificateAuthenticationMode;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.config.SystemConfig;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.dtls.SignatureAndHashAlgorithm;
import org.eclipse.californium.scandium.dtls.SignatureAndHashAlgorithm.HashAlgorithm;
import org.eclipse.californium.scandium.dtls.SignatureAndHashAlgorithm.SignatureAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite;

/**
 * DTLS 1.2 with the certificates of this process. {@value #THREADS} threads do the arithmetic of all ports, and one per port
 * receives; none waits for a client. What waits for them is bounded, and beyond that datagrams are dropped as a full socket
 * drops them. Any thread; {@link #close} after the ports are closed.
 */
public final class DtlsListeners implements DtlsPorts, AutoCloseable {

    private static final int THREADS = 2;

    /** Datagrams, in each direction, that wait for the threads of one port. */
    private static final int WAITING_DATAGRAMS = 4096;

    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    /** First wait for an answer within a handshake; doubled each time (RFC 6347 section 4.2.4.1). */
    private static final int RETRANSMIT_MILLIS = 1000;

    private static final int RETRANSMISSIONS = 4;

    /** Longer than any session may say nothing: what Scandium would replace by new clients does not exist. */
    private static final int STALE_SECONDS = 24 * 60 * 60;

    /** Also those that authorities sign certificates with; the library knows only some of them by name. */
    private static final List<SignatureAndHashAlgorithm> SIGNATURES = List.of(
            SignatureAndHashAlgorithm.SHA256_WITH_ECDSA,
            SignatureAndHashAlgorithm.SHA384_WITH_ECDSA,
            SignatureAndHashAlgorithm.SHA256_WITH_RSA,
            new SignatureAndHashAlgorithm(HashAlgorithm.SHA384, SignatureAlgorithm.RSA),
            new SignatureAndHashAlgorithm(HashAlgorithm.SHA512, SignatureAlgorithm.RSA));

    private final TlsCertificates certificates;
    private final ScheduledThreadPoolExecutor threads;

    /** DTLS with these certificates, the same that TLS is spoken with. */
    public DtlsListeners(TlsCertificates certificates) {
        this.certificates = certificates;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "postern-dtls-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Port open(TransportAddress address, int maxSessions, Sessions sessions) throws IOException {
        return open(new DatagramSocket(null), address, maxSessions, sessions);
    }

    @Override
    public FedPort feed(TransportAddress address, int maxSessions, Sessions sessions, Outlet outlet)
            throws IOException {
        FedSocket socket = new FedSocket(address, outlet);
        DtlsListener listener = open(socket, address, maxSessions, sessions);
        return new FedPort() {
            @Override
            public TransportAddress address() {
                return listener.address();
            }

            @Override
            public void onDatagram(TransportAddress client, ByteBuffer datagram) {
                if (!socket.offer(client, datagram)) {
                    sessions.overflowed();
                }
            }

            @Override
            public void close() {
                listener.close();
            }
        };
    }

    private DtlsListener open(DatagramSocket socket, TransportAddress address, int maxSessions, Sessions sessions)
            throws IOException {
        Configuration configuration = configuration(maxSessions);
        return DtlsListener.open(
                socket, address, configuration, new CertificatesByName(certificates), threads, maxSessions, sessions);
    }

    @SuppressWarnings("deprecation") // to begin without a cookie is deprecated; that nobody may is not
    private static Configuration configuration(int maxSessions) {
        return new Configuration(DtlsConfig.DEFINITIONS, SystemConfig.DEFINITIONS)
                .set(DtlsConfig.DTLS_ROLE, DtlsRole.SERVER_ONLY)
                .set(DtlsConfig.DTLS_CLIENT_AUTHENTICATION_MODE, CertificateAuthenticationMode.NONE)
                .set(DtlsConfig.DTLS_USE_HELLO_VERIFY_REQUEST, true)
                .set(DtlsConfig.DTLS_SERVER_USE_SESSION_ID, false) // no resumption: nothing is kept after a session
                .set(DtlsConfig.DTLS_VERIFY_PEERS_ON_RESUMPTION_THRESHOLD, 0)
                .set(DtlsConfig.DTLS_USE_SERVER_NAME_INDICATION, true)
                .setAsList(
                        DtlsConfig.DTLS_CIPHER_SUITES,
                        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)
                .set(DtlsConfig.DTLS_SIGNATURE_AND_HASH_ALGORITHMS, SIGNATURES)
                .set(DtlsConfig.DTLS_RETRANSMISSION_TIMEOUT, RETRANSMIT_MILLIS, TimeUnit.MILLISECONDS)
                .set(DtlsConfig.DTLS_MAX_RETRANSMISSIONS, RETRANSMISSIONS)
                .set(DtlsConfig.DTLS_MAX_CONNECTIONS, maxSessions)
                .set(DtlsConfig.DTLS_STALE_CONNECTION_THRESHOLD, STALE_SECONDS, TimeUnit.SECONDS)
                .set(DtlsConfig.DTLS_MAX_PENDING_INBOUND_JOBS, WAITING_DATAGRAMS)
                .set(DtlsConfig.DTLS_MAX_PENDING_OUTBOUND_JOBS, WAITING_DATAGRAMS)
                .set(DtlsConfig.DTLS_MAX_PENDING_HANDSHAKE_RESULT_JOBS, WAITING_DATAGRAMS)
                .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
                .set(DtlsConfig.DTLS_RECEIVE_BUFFER_SIZE, SOCKET_BUFFER_BYTES)
                .set(DtlsConfig.DTLS_SEND_BUFFER_SIZE, SOCKET_BUFFER_BYTES)
                .set(SystemConfig.HEALTH_STATUS_INTERVAL, 0, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
