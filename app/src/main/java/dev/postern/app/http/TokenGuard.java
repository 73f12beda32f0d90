package dev.postern.app.http;

import dev.postern.stun.IpAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/*
 * Without a token only loopback is listened on, and there the danger is the browser of whoever sits at this machine: any page
 * may send it requests to 127.0.0.1, and one whose name is made to resolve to 127.0.0.1 may read the answers. Such requests
 * name the page in Origin, or its host in Host.
 */

/**
 * Stands in front of an operator's pages: the bearer token, compared in the same time whatever differs, and no more attempts
 * than {@link FailedAttempts} allows. Where no token is asked for, requests that a web page may have caused are refused. Any
 * thread.
 */
public final class TokenGuard {

    private static final String SCHEME = "bearer ";

    private final byte @Nullable [] digest;
    private final LongSupplier nanoClock;
    private final FailedAttempts failures;

    /** What a request is. */
    public enum Verdict {
        ADMITTED(HttpStatus.OK_200, ""),
        NO_TOKEN(HttpStatus.UNAUTHORIZED_401, "give the token as Authorization: Bearer\n"),
        WRONG_TOKEN(HttpStatus.UNAUTHORIZED_401, "that is not the token\n"),
        TOO_MANY(HttpStatus.TOO_MANY_REQUESTS_429, "too many wrong tokens from this address; wait a minute\n"),
        FROM_A_PAGE(HttpStatus.FORBIDDEN_403, "web pages are not served here; name the server by its address\n");

        private final int status;
        private final String sentence;

        Verdict(int status, String sentence) {
            this.status = status;
            this.sentence = sentence;
        }
    }

    /**
     * @param token null to ask for none: for loopback addresses alone
     * @param nanoClock such as {@link System#nanoTime}
     */
    public TokenGuard(@Nullable String token, LongSupplier nanoClock) {
        this.digest = token == null ? null : sha256(token);
        this.nanoClock = nanoClock;
        this.failures = new FailedAttempts(nanoClock.getAsLong(), new SecureRandom().nextLong());
    }

    /** Judges by headers and source alone; the body is not read. */
    public Verdict judge(Request request) {
        if (request.getHeaders().contains(HttpHeader.ORIGIN)) {
            return Verdict.FROM_A_PAGE;
        }
        if (digest == null) {
            return namesLoopback(request.getHeaders().get(HttpHeader.HOST)) ? Verdict.ADMITTED : Verdict.FROM_A_PAGE;
        }
        IpAddress source = source(request);
        if (failures.isBlocked(nanoClock.getAsLong(), source)) {
            return Verdict.TOO_MANY;
        }
        String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Verdict.NO_TOKEN;
        }
        if (MessageDigest.isEqual(digest, sha256(header.substring(SCHEME.length())))) {
            return Verdict.ADMITTED;
        }
        failures.failed(nanoClock.getAsLong(), source);
        return Verdict.WRONG_TOKEN;
    }

    /** Answers a request that is not admitted. */
    public static void refuse(Verdict verdict, Response response, Callback callback) {
        if (verdict.status == HttpStatus.UNAUTHORIZED_401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        }
        Replies.text(response, callback, verdict.status, verdict.sentence);
    }

    private static IpAddress source(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress inet
                ? IpAddress.of(inet.getAddress())
                : IpAddress.parse("::");
    }

    private static boolean namesLoopback(@Nullable String hostHeader) {
        if (hostHeader == null) {
            return false;
        }
        int colon = hostHeader.lastIndexOf(':');
        String host = colon > hostHeader.lastIndexOf(']') ? hostHeader.substring(0, colon) : hostHeader;
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            return IpAddress.parse(bare).toInetAddress().isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
