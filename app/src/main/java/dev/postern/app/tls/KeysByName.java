package dev.postern.app.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Picks a certificate by the name that the client asks for (SNI, RFC 6066 section 3), else the first one; and swaps all of
 * them at once while handshakes go on. Any thread.
 */
final class KeysByName extends X509ExtendedKeyManager {

    /** The certificates of one moment; those of the moment before finish the handshakes that began with them. */
    private record Held(int generation, List<ServerCertificate> now, Map<String, ServerCertificate> byAlias) {}

    private volatile Held held = new Held(0, List.of(), Map.of());

    /** From now on these are picked from; one thread at a time. */
    void hold(List<ServerCertificate> certificates) {
        Held before = held;
        int generation = before.generation + 1;
        Map<String, ServerCertificate> byAlias = new HashMap<>();
        for (int i = 0; i < before.now.size(); i++) {
            byAlias.put(alias(before.generation, i), before.now.get(i));
        }
        for (int i = 0; i < certificates.size(); i++) {
            byAlias.put(alias(generation, i), certificates.get(i));
        }
        held = new Held(generation, List.copyOf(certificates), Map.copyOf(byAlias));
    }

    private static String alias(int generation, int index) {
        return generation + "." + index;
    }

    List<ServerCertificate> certificates() {
        return held.now;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyType, engine == null ? null : requestedName(engine.getHandshakeSession()));
    }

    /** The alias of the certificate for this host and kind of key; null if there is none of that kind. */
    @Nullable
    String choose(String keyType, @Nullable String host) {
        Held current = held;
        List<ServerCertificate> all = current.now;
        boolean named = host != null && all.stream().anyMatch(one -> one.isFor(host));
        for (int i = 0; i < all.size(); i++) {
            ServerCertificate one = all.get(i);
            boolean fits = (named && host != null) ? one.isFor(host) : isLikeFirst(one, all.get(0));
            if (fits && one.algorithm().equals(keyType)) {
                return alias(current.generation, i);
            }
        }
        return null;
    }

    /** Whether it serves a client that names no host: the first one does, and one of another kind of key for its names. */
    private static boolean isLikeFirst(ServerCertificate one, ServerCertificate first) {
        return one == first || (!one.names().isEmpty() && one.names().equals(first.names()));
    }

    private static @Nullable String requestedName(@Nullable SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) {
            return null;
        }
        return extended.getRequestedServerNames().stream()
                .filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName())
                .findFirst()
                .orElse(null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        ServerCertificate certificate = held.byAlias.get(alias);
        return certificate == null ? null : certificate.chain();
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        ServerCertificate certificate = held.byAlias.get(alias);
        return certificate == null ? null : certificate.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null; // nobody needs a list: the engine's question is the other one
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyType, null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
