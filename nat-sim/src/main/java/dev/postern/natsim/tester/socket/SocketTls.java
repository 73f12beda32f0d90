package dev.postern.natsim.tester.socket;

import dev.postern.natsim.tester.ProbeTls;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS handshakes of this machine, each on a thread of its own; what came of them is handed to the tester's thread. A certificate that
 * nobody here trusts is as good as any: it has come, and nothing is sent after it.
 */
final class SocketTls implements ProbeTls {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Consumer<Runnable> testersThread;

    SocketTls(Consumer<Runnable> testersThread) {
        this.testersThread = testersThread;
    }

    @Override
    public void handshake(TransportAddress to, String alpn, Ended then) {
        Thread thread = new Thread(
                () -> {
                    boolean reached = reaches(to, alpn);
                    testersThread.accept(() -> then.onEnd(System.nanoTime(), reached));
                },
                "nat-test-tls");
        thread.setDaemon(true);
        thread.start();
    }

    private static boolean reaches(TransportAddress to, String alpn) {
        try (Socket plain = new Socket()) {
            plain.connect(to.toSocketAddress(), TIMEOUT_MILLIS);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
            try (SSLSocket tls = (SSLSocket) factory.createSocket(plain, to.ip().toString(), to.port(), true)) {
                SSLParameters parameters = tls.getSSLParameters();
                if (!alpn.isEmpty()) {
                    parameters.setApplicationProtocols(new String[] {alpn});
                }
                tls.setSSLParameters(parameters);
                tls.startHandshake();
                return true;
            }
        } catch (IOException failed) {
            return isAboutCertificate(failed);
        }
    }

    private static boolean isAboutCertificate(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }
}
