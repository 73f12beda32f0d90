package dev.postern.app.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of this process, read from files and read again when these change, without a restart: one
 * {@link #context()} for all listeners, whose new handshakes get the certificate that is there at that time. Files that
 * cannot be used leave the certificates as they were, with one warning.
 *
 * <p>{@link #context()}, {@link #identity} and {@link #covers} may be called by any thread, the rest by one at a time.
 */
public final class TlsCertificates implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TlsCertificates.class);

    private final List<CertificateFiles> files;
    private final KeysByName keys = new KeysByName();
    private final SSLContext context;
    private final @Nullable String fingerprint;
    private List<byte[]> seen;
    private @Nullable String complaint;
    private @Nullable ScheduledExecutorService watch;

    private TlsCertificates(List<CertificateFiles> files) throws BadCertificateException {
        this.files = List.copyOf(files);
        this.context = newContext(keys);
        this.seen = readFiles();
        this.fingerprint = null;
        keys.hold(parse(seen));
    }

    private TlsCertificates(SelfSigned made) {
        this.files = List.of();
        this.context = newContext(keys);
        this.seen = List.of();
        this.fingerprint = made.fingerprint();
        keys.hold(List.of(made.certificate()));
    }

    /** One certificate that is in no file and never changes. */
    public static TlsCertificates of(SelfSigned made) {
        TlsCertificates all = new TlsCertificates(made);
        all.tell("certificate made");
        return all;
    }

    /**
     * Reads all files, the first certificate being that for clients that name no host.
     *
     * @throws BadCertificateException if one cannot be read or a key does not belong to its certificate
     */
    public static TlsCertificates load(List<CertificateFiles> files) throws BadCertificateException {
        TlsCertificates loaded = new TlsCertificates(files);
        loaded.tell("certificates in use");
        return loaded;
    }

    private static SSLContext newContext(KeyManager keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, null, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no TLS.", e);
        }
    }

    /** The SHA-256 of the certificate that was made, as browsers show it; null where certificates come from files. */
    public @Nullable String selfSignedFingerprint() {
        return fingerprint;
    }

    /** What listeners speak TLS with; stays the same when files change. */
    public SSLContext context() {
        return context;
    }

    /**
     * A certificate with its key, for who shakes hands without {@link #context}.
     *
     * @param chain the certificate itself first
     */
    public record Identity(PrivateKey key, List<X509Certificate> chain) {}

    /**
     * What a client is shown who asks for this host by SNI, as {@link #context} would.
     *
     * @param keyType {@code RSA} or {@code EC}
     * @param host null for a client that names none
     * @return null if there is none with a key of this type
     */
    public @Nullable Identity identity(String keyType, @Nullable String host) {
        String alias = keys.choose(keyType, host);
        X509Certificate[] chain = alias == null ? null : keys.getCertificateChain(alias);
        PrivateKey key = alias == null ? null : keys.getPrivateKey(alias);
        return chain == null || key == null ? null : new Identity(key, List.of(chain));
    }

    /** Whether one of the certificates is for this host name. */
    public boolean covers(String host) {
        return keys.certificates().stream().anyMatch(one -> one.isFor(host));
    }

    /** Begins to look at the files again and again, on a thread of its own, until {@link #close}. */
    public void watchEvery(Duration interval) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "postern-certificates");
            thread.setDaemon(true);
            return thread;
        });
        watch = timer;
        var unused = timer.scheduleWithFixedDelay(
                this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            reloadIfChanged();
        } catch (RuntimeException e) { // else it would never look again
            LOG.atError().setCause(e).log("The certificates' files could not be looked at");
        }
    }

    /** Reads the files; takes new certificates into use. True if there were new ones. */
    boolean reloadIfChanged() {
        try {
            List<byte[]> fresh = readFiles();
            if (isSame(fresh, seen)) {
                complaint = null;
                return false;
            }
            keys.hold(parse(fresh));
            seen = fresh;
            complaint = null;
            tell("certificates read again");
            return true;
        } catch (BadCertificateException e) {
            String sentence = String.valueOf(e.getMessage());
            if (!sentence.equals(complaint)) {
                complaint = sentence;
                LOG.warn("the certificates stay as they were: {}", sentence);
            }
            return false;
        }
    }

    private List<byte[]> readFiles() throws BadCertificateException {
        List<byte[]> contents = new ArrayList<>();
        for (CertificateFiles one : files) {
            contents.add(PemFiles.bytes(one.certificate()));
            contents.add(PemFiles.bytes(one.key()));
        }
        return contents;
    }

    private List<ServerCertificate> parse(List<byte[]> contents) throws BadCertificateException {
        List<ServerCertificate> certificates = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            certificates.add(PemFiles.read(files.get(i), contents.get(2 * i), contents.get(2 * i + 1)));
        }
        return certificates;
    }

    private static boolean isSame(List<byte[]> a, List<byte[]> b) {
        return Arrays.deepEquals(a.toArray(), b.toArray());
    }

    private void tell(String what) {
        for (ServerCertificate one : keys.certificates()) {
            LOG.atInfo()
                    .addKeyValue("names", one.names())
                    .addKeyValue("validUntil", one.validUntil())
                    .log(what);
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.shutdownNow();
        }
    }
}
