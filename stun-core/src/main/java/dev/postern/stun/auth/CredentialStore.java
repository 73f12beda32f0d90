package dev.postern.stun.auth;

import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The users of one realm. Implementations may be shared by threads, and no method ever blocks: it is called while a packet
 * waits.
 *
 * @see StaticCredentials
 * @see SharedSecretCredentials
 */
public interface CredentialStore {

    /** The realm that all keys of this store are made with; goes out in REALM. */
    String realm();

    /** The most keys that one {@link Lookup.Known} carries: what every user is checked against, so that each costs as much. */
    int maxKeysPerUser();

    /**
     * The algorithms of which every user of this store has keys, best first, at least one: what PASSWORD-ALGORITHMS offers. Other
     * ones may be asked for all the same.
     */
    default List<PasswordAlgorithm> algorithms() {
        return PasswordAlgorithm.BEST_FIRST;
    }

    /**
     * What is known of this user now. Asks nobody: {@link Lookup#PENDING} says that {@link #ask} would have to.
     *
     * @param username as it came in USERNAME: a stranger chose it
     * @param algorithm which keys are wanted
     * @param nowSeconds wall-clock time, seconds since 1970
     */
    Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds);

    /**
     * Starts to find out about a user for whom {@link #find} said {@link Lookup#PENDING}. The gate never calls it: a server does, for
     * a sender that was seen to receive at his address, and as often as its bounds for one source allow. To bring equal questions
     * together is for the store. When the answer is there, also a negative or failed one, the store tells whom it was told to tell,
     * from a thread of its own and never during this call; requests that waited are then looked at once more.
     *
     * @param username as it came in USERNAME: a stranger chose it
     * @param source whose request waits, as {@link IpAddress#source} has it, so that a store can be fair
     */
    default void ask(String username, IpAddress source) {}

    /**
     * The user name whose USERHASH this is (RFC 8489 section 14.4), or null if there is none.
     *
     * @param userhash the attribute's value, of any length
     */
    default @Nullable String usernameOf(ByteBuffer userhash) {
        return null;
    }

    /**
     * Whether every user of this store can be found by his USERHASH, so that clients may be told to send it. False where names
     * are made up elsewhere, as time-limited ones are: a hash cannot be turned back into a name that was never heard.
     */
    default boolean offersUserhash() {
        return false;
    }
}
