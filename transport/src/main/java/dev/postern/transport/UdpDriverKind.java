package dev.postern.transport;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What moves datagrams between the sockets and the shards. */
public enum UdpDriverKind {
    /** {@link #LINUX} where it can run, else {@link #NIO}. */
    AUTO,
    /** The JDK's channels, one datagram per system call: runs everywhere. */
    NIO,
    /** The batch calls of Linux, through the JDK's Foreign Function interface. */
    LINUX;

    /** Why this driver cannot run here, as the end of a sentence that begins with its name: "needs ..."; null if it can. */
    public @Nullable String unavailable() {
        return this == LINUX ? LinuxUdp.unavailable() : null;
    }

    /** The word for it in configuration and logs. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind that this word names; null if it names none. */
    public static @Nullable UdpDriverKind find(String word) {
        for (UdpDriverKind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        return null;
    }
}
