package dev.postern.signaling.cluster;

import dev.postern.signaling.Backplane.Presence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * Shows of a presence that it is the word of a node that has the cluster's secret. Clients are sent to the URL that stands in one, with all that they
 * need to go on, and whoever can write to the backplane could have put it there. Not safe for several threads.
 */
public final class PresenceSeal {

    /** No frame begins so: what is signed here is of no use there. */
    private static final String BEGIN = "presence\n";

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private final Seal seal;

    /** @param secret what all nodes of the cluster share */
    public PresenceSeal(byte[] secret) {
        this.seal = new Seal(secret);
    }

    /** The same with a seal. */
    public Presence sealed(Presence bare) {
        return new Presence(bare.node(), bare.url(), bare.isLeaving(), bare.version(), sealOf(bare));
    }

    /** Whether a node with this secret has sealed it as it is. */
    public boolean isGenuine(Presence presence) {
        return MessageDigest.isEqual(
                sealOf(presence).getBytes(StandardCharsets.UTF_8),
                presence.seal().getBytes(StandardCharsets.UTF_8));
    }

    private String sealOf(Presence presence) {
        URI url = presence.url();
        String text = BEGIN + presence.version() + "\n" + presence.isLeaving() + "\n" + presence.node() + "\n"
                + (url == null ? "" : url.toASCIIString());
        return TEXT.encodeToString(seal.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
