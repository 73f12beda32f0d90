package dev.postern.transport;

import dev.postern.stun.IpAddress;
import io.netty.handler.ssl.SslHandler;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS for streams: versions, cipher suites, ALPN, and how many handshakes may be under way. The arithmetic of a handshake is
 * done by threads of its own, one task per connection at most, so that the event loops go on with data. Any thread.
 */
final class StreamTls implements AutoCloseable {

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final long CLOSE_NOTIFY_MILLIS = 1000;
    private static final int THREADS = 2;
    private static final long THREAD_REST_SECONDS = 10;

    private final SSLContext context;
    private final StreamIntake intake;
    private final String[] cipherSuites;
    private final StreamAdmission handshakes;
    private final ThreadPoolExecutor workers;

    StreamTls(String name, SSLContext context, StreamIntake intake, StreamLimits limits) {
        this.context = context;
        this.intake = intake;
        this.cipherSuites = Arrays.stream(context.getSupportedSSLParameters().getCipherSuites())
                .filter(StreamTls::isForwardSecret)
                .toArray(String[]::new);
        this.handshakes = new StreamAdmission(limits.maxStreams(), intake.handshakesPerSource());
        this.workers = new ThreadPoolExecutor(
                THREADS, THREADS, THREAD_REST_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-handshake");
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
    }

    /** RFC 8489 section 6.2.3 asks for forward secrecy and names two GCM suites; nothing older than those is offered. */
    private static boolean isForwardSecret(String suite) {
        boolean version13 = suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
        boolean ephemeral = suite.startsWith("TLS_ECDHE_") || suite.startsWith("TLS_DHE_RSA_");
        return version13 || (ephemeral && (suite.contains("_GCM_") || suite.contains("_CHACHA20_")));
    }

    /** Whether this source may begin a handshake; then {@link #ended} must follow once. */
    boolean begin(IpAddress client) {
        return handshakes.enter(client) == StreamAdmission.Verdict.ADMITTED;
    }

    /** A handshake that {@link #begin} let in is over, one way or the other. */
    void ended(IpAddress client) {
        handshakes.leave(client);
    }

    /** What decrypts one connection. */
    SslHandler newHandler() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setCipherSuites(cipherSuites);
        parameters.setUseCipherSuitesOrder(true);
        parameters.setNeedClientAuth(false);
        engine.setSSLParameters(parameters);
        if (!intake.applicationProtocols().isEmpty()) {
            engine.setHandshakeApplicationProtocolSelector((ignored, offered) -> select(offered));
        }
        SslHandler handler = new SslHandler(engine, false, workers);
        handler.setHandshakeTimeout(intake.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
        handler.setWrapDataSize(0); // one write, one record: see RecordPerFrame
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        return handler;
    }

    /** The first of ours that was offered; null makes the JDK answer no_application_protocol. Not asked if none is offered. */
    private @Nullable String select(List<String> offered) {
        for (String protocol : intake.applicationProtocols()) {
            if (offered.contains(protocol)) {
                return protocol;
            }
        }
        return null;
    }

    @Override
    public void close() {
        workers.shutdown();
    }
}
