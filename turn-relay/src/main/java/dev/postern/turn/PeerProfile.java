package dev.postern.turn;

import java.util.Locale;

/** Which peers a relay talks to where no rule of {@link PeerRules} speaks. */
public enum PeerProfile {
    /** Everybody on the Internet: what is private, local or otherwise special is denied. For a relay that browsers use. */
    PUBLIC,
    /** Nobody but {@link PeerRules#allow()}. For a relay in front of media servers, which are the only peers there are. */
    SFU,
    /**
     * Private networks as well as the Internet (RFC 1918, RFC 6598, RFC 4193), but no loopback, no link-local address and no
     * metadata service of a cloud. For a relay inside a company.
     */
    PRIVATE;

    /** As it stands in a configuration: in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
