package dev.postern.app.config;

import java.util.Locale;

/** Who is let in by the signaling server. */
public enum AuthMode {
    /** Everyone who reaches it. */
    ANONYMOUS,
    /** Who shows a token that is signed by a key of the configuration. */
    JWT;

    /** As it stands in a configuration: in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
