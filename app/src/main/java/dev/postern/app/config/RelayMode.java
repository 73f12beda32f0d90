package dev.postern.app.config;

import java.util.Locale;

/** Which port the relay gives an allocation. */
public enum RelayMode {
    /** One that nobody else has. */
    OWN,
    /** One of a few that all allocations share. */
    SHARED;

    /** As it stands in a configuration: in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
