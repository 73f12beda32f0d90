package dev.postern.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A service that is told of events, over TLS, and judges each POST as docs/operations.md says. Any thread. */
final class EventReceiver implements AutoCloseable {

    static final String SECRET = "a secret that only this test run knows";

    private static final Pattern SIGNATURE = Pattern.compile("t=([0-9]+),v1=([0-9a-f]{64})");
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server;
    private final List<String> deliveries = new ArrayList<>();
    private final List<JsonNode> events = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private boolean failsNext;

    private EventReceiver(HttpServer server) {
        this.server = server;
        server.createContext("/hook", this::take);
        server.start();
    }

    /** With this certificate. */
    static EventReceiver start(TestCertificate certificate) throws IOException {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        return new EventReceiver(https);
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** Answers 503 to the next POST. */
    synchronized void failOnce() {
        failsNext = true;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String signature = exchange.getRequestHeaders().getFirst("Postern-Signature");
            String delivery = exchange.getRequestHeaders().getFirst("Postern-Delivery");
            exchange.sendResponseHeaders(judge(String.valueOf(delivery), String.valueOf(signature), body), -1);
        }
    }

    private synchronized int judge(String delivery, String signature, byte[] body) throws IOException {
        if (!isGenuine(signature, body)) {
            refusals.add(signature);
            return 401;
        }
        deliveries.add(delivery);
        if (failsNext) {
            failsNext = false;
            return 503;
        }
        MAPPER.readTree(body).get("events").forEach(events::add);
        return 204;
    }

    private static boolean isGenuine(String signature, byte[] body) {
        Matcher parts = SIGNATURE.matcher(signature);
        if (!parts.matches()) {
            return false;
        }
        Instant at = Instant.ofEpochSecond(Long.parseLong(parts.group(1)));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((parts.group(1) + ".").getBytes(StandardCharsets.US_ASCII));
            boolean isSigned =
                    MessageDigest.isEqual(mac.doFinal(body), HexFormat.of().parseHex(parts.group(2)));
            return isSigned && Duration.between(at, Instant.now()).abs().compareTo(WINDOW) < 0;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The names under which POSTs came, a failed one too. */
    synchronized List<String> deliveries() {
        return List.copyOf(deliveries);
    }

    /** What was told and taken, in its order. */
    synchronized List<JsonNode> events() {
        return List.copyOf(events);
    }

    /** The names of what was told and taken. */
    List<String> names() {
        return events().stream().map(event -> event.get("event").asText()).toList();
    }

    /** Signatures that were not genuine. */
    synchronized List<String> refusals() {
        return List.copyOf(refusals);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
