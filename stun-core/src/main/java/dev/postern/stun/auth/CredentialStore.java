package dev.postern.stun.auth;

import java.util.List;

/**
 * The users of one realm. Implementations may be shared by threads.
 *
 * @see StaticCredentials
 * @see SharedSecretCredentials
 */
public interface CredentialStore {

    /** The realm that all keys of this store are made with; goes out in REALM. */
    String realm();

    /**
     * The keys under which a message of this user may be signed, at most {@link #maxKeysPerUser}; more than one while a
     * secret is being replaced. Empty if the user is unknown, or no longer valid at {@code nowSeconds}.
     *
     * @param username as it came in USERNAME: a stranger chose it
     * @param nowSeconds wall-clock time, seconds since 1970
     */
    List<LongTermKey> find(String username, PasswordAlgorithm algorithm, long nowSeconds);

    /** The most keys that {@link #find} answers: what an unknown user is checked against, so that he costs as much. */
    int maxKeysPerUser();

    /** The name that quotas count under for this user name. */
    String quotaUser(String username);
}
