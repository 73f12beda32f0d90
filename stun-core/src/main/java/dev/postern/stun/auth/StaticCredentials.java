package dev.postern.stun.auth;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Users with passwords that are written down and do not expire. Immutable. */
public final class StaticCredentials implements CredentialStore {

    private final String realm;
    private final Map<String, Map<PasswordAlgorithm, List<LongTermKey>>> keys = new HashMap<>();

    /**
     * @param passwords by user name
     * @throws IllegalArgumentException if realm, a name or a password is empty or has a character that
     *     {@link OpaqueString} refuses; the message names the user, not the password
     */
    public StaticCredentials(String realm, Map<String, String> passwords) {
        this.realm = OpaqueString.prepare(realm);
        passwords.forEach((username, password) -> keys.put(OpaqueString.prepare(username), keys(username, password)));
    }

    private Map<PasswordAlgorithm, List<LongTermKey>> keys(String username, String password) {
        Map<PasswordAlgorithm, List<LongTermKey>> byAlgorithm = new EnumMap<>(PasswordAlgorithm.class);
        String prepared = OpaqueString.prepare(username);
        for (PasswordAlgorithm algorithm : PasswordAlgorithm.values()) {
            try {
                byAlgorithm.put(algorithm, List.of(LongTermKey.of(algorithm, prepared, realm, password)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("password of user '" + username + "': " + e.getMessage(), e);
            }
        }
        return byAlgorithm;
    }

    @Override
    public String realm() {
        return realm;
    }

    @Override
    public List<LongTermKey> find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
        return keys.getOrDefault(username, Map.of()).getOrDefault(algorithm, List.of());
    }

    @Override
    public int maxKeysPerUser() {
        return 1;
    }

    @Override
    public String quotaUser(String username) {
        return username;
    }
}
