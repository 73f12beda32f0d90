package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.StunMessage;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which allocation a MOBILITY-TICKET belongs to (RFC 8016). A ticket is a random handle of {@value #RANDOM_BYTES} bytes that says
 * nothing and cannot be guessed, so there is nothing in it to encrypt or to sign. At most two per allocation, gone when it ends.
 * Shared by all shards: any thread.
 */
final class MobilityTickets {

    /*
     * On the wire it is text: coturn's clients keep a ticket as a C string of at most 32 characters, and would cut it at a
     * zero byte.
     */
    private static final int CHARACTERS = 32;

    private static final int RANDOM_BYTES = 24;

    private final ConcurrentHashMap<String, Allocation> holders = new ConcurrentHashMap<>();
    private final RandomGenerator random;

    MobilityTickets(RandomGenerator random) {
        this.random = random;
    }

    /** A new ticket for this allocation. */
    String issue(Allocation holder) {
        byte[] bytes = new byte[RANDOM_BYTES];
        while (true) {
            random.nextBytes(bytes);
            String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            if (holders.putIfAbsent(ticket, holder) == null) {
                return ticket;
            }
        }
    }

    void revoke(String ticket) {
        holders.remove(ticket);
    }

    /**
     * Whose ticket it is, or null if it is nobody's. Only the allocation's {@linkplain Allocation#home() home} may be asked for by
     * another thread than its own.
     */
    @Nullable
    Allocation holderOf(String ticket) {
        return holders.get(ticket);
    }

    int size() {
        return holders.size();
    }

    /** The ticket in a message; empty if it is none of ours, null if the message has no MOBILITY-TICKET. */
    static @Nullable String in(StunMessage message) {
        int index = message.indexOf(AttributeType.MOBILITY_TICKET);
        if (index < 0) {
            return null;
        }
        String text = message.valueLength(index) == CHARACTERS ? message.text(index) : null;
        return text == null ? "" : text;
    }
}
