package dev.postern.stun.auth;

import java.util.List;

/** What a {@link CredentialStore} knows of a user name at one moment. */
public sealed interface Lookup {

    /** The answer for a name that is nobody's, or no longer valid. */
    Lookup UNKNOWN = new Unknown();

    /** The answer for a name that somebody else has to be asked about. */
    Lookup PENDING = new Pending();

    /** When {@link Known#expiresAtSeconds} is never. */
    long NEVER = Long.MAX_VALUE;

    /**
     * A user, and the keys under which a message of his may be signed: more than one while a secret is being replaced, none if
     * he has no key of the algorithm that was asked for.
     *
     * @param quotaUser the name that quotas count under
     * @param keys at most {@link CredentialStore#maxKeysPerUser}
     * @param expiresAtSeconds wall-clock time, seconds since 1970, from which the user is not valid; {@link #NEVER} if there is
     *     no such time
     */
    record Known(String quotaUser, List<LongTermKey> keys, long expiresAtSeconds) implements Lookup {
        public Known {
            keys = List.copyOf(keys);
        }
    }

    /** Nobody, or nobody any more. */
    record Unknown() implements Lookup {}

    /** Not known here and now: {@link CredentialStore#ask} finds out, away from the packet path. */
    record Pending() implements Lookup {}
}
