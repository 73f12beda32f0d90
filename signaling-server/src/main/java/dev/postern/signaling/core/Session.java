package dev.postern.signaling.core;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's seat with the server: its ids, its rooms, the answers it was given and the messages it has not
 * acknowledged. It outlives its connection by the resume window. Owned by the hub.
 */
final class Session {

    private final String sid;
    private final String peerId;
    private final Ring ring;
    private final Answers answers = new Answers();
    private final Map<String, Room> rooms = new LinkedHashMap<>();
    /** Rings when new ICE servers are due while connected, and when the resume window ends while lost. */
    final Alarms.Alarm alarm;

    private String secret;
    /** The secret before the latest welcome, good until the client shows that it knows the new one. */
    private @Nullable String previousSecret;

    @Nullable
    Connection connection;

    Session(String sid, String peerId, String secret, Ring ring, Alarms.Action onAlarm) {
        this.sid = sid;
        this.peerId = peerId;
        this.secret = secret;
        this.ring = ring;
        this.alarm = new Alarms.Alarm(onAlarm);
    }

    String sid() {
        return sid;
    }

    String peerId() {
        return peerId;
    }

    Ring ring() {
        return ring;
    }

    Answers answers() {
        return answers;
    }

    /** The secret that the next welcome tells. */
    String latestSecret() {
        return secret;
    }

    /** The rooms it is in, by name. */
    Map<String, Room> rooms() {
        return rooms;
    }

    /** The room that it joined last of those it is in; null if it is in none. */
    @Nullable
    Room latestRoom() {
        Room latest = null;
        for (Room room : rooms.values()) {
            latest = room;
        }
        return latest;
    }

    /**
     * Whether the text is the secret of the latest welcome, or of the one before if that welcome may not have arrived.
     */
    boolean opensWith(String text) {
        String previous = previousSecret;
        return Tokens.same(secret, text) || (previous != null && Tokens.same(previous, text));
    }

    /** Takes a new secret and keeps the one that was just used until {@link #forgetPreviousSecret}. */
    void renewSecret(String used, String next) {
        previousSecret = used;
        secret = next;
    }

    /** The client has the latest secret: the one before is spent. */
    void forgetPreviousSecret() {
        previousSecret = null;
    }
}
