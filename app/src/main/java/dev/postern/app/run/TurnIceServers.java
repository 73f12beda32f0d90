package dev.postern.app.run;

import dev.postern.app.credentials.CredentialMint.Minted;
import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives each peer our STUN server and, with a credential of its own that expires, our relay. Without a secret to make
 * credentials from there is no relay for browsers: the passwords of fixed users are never handed out. Immutable.
 */
final class TurnIceServers implements IceServersProvider {

    /**
     * How long a credential lasts: longer than calls do, since a relay ends an allocation whose credential has expired.
     */
    static final Duration VALIDITY = Duration.ofHours(12);

    private final List<String> stunUrls;
    private final List<String> turnUrls;
    private final @Nullable CredentialMint mint;

    /** @param mint null when there is no secret */
    TurnIceServers(List<String> stunUrls, List<String> turnUrls, @Nullable CredentialMint mint) {
        this.stunUrls = List.copyOf(stunUrls);
        this.turnUrls = List.copyOf(turnUrls);
        this.mint = mint;
    }

    @Override
    public IceServers forPeer(String peerId) {
        List<IceServer> servers = new ArrayList<>();
        if (!stunUrls.isEmpty()) {
            servers.add(new IceServer(stunUrls, null, null));
        }
        if (mint == null || turnUrls.isEmpty()) {
            return IceServers.of(servers.toArray(IceServer[]::new));
        }
        Minted minted = mint.mint(peerId, VALIDITY);
        servers.add(new IceServer(turnUrls, minted.username(), minted.password()));
        return new IceServers(servers, VALIDITY.toSeconds());
    }
}
