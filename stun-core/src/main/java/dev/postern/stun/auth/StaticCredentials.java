package dev.postern.stun.auth;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Users whose keys are written down and do not expire. Immutable. */
public final class StaticCredentials implements CredentialStore {

    private final String realm;
    private final Map<PasswordAlgorithm, Map<String, Lookup.Known>> users = new EnumMap<>(PasswordAlgorithm.class);
    private final Map<ByteBuffer, String> byUserhash = new HashMap<>();
    private final List<PasswordAlgorithm> algorithms;

    /**
     * @param users keys by user name
     * @throws IllegalArgumentException if realm or a name is empty or has a character that {@link OpaqueString} refuses
     */
    public StaticCredentials(String realm, Map<String, StoredKeys> users) {
        this.realm = OpaqueString.prepare(realm);
        for (PasswordAlgorithm algorithm : PasswordAlgorithm.values()) {
            this.users.put(algorithm, new HashMap<>());
        }
        users.forEach((username, keys) -> {
            String prepared = OpaqueString.prepare(username);
            this.users.forEach((algorithm, known) -> known.put(prepared, known(prepared, keys.key(algorithm))));
            byUserhash.put(ByteBuffer.wrap(Userhash.of(prepared, this.realm)), prepared);
        });
        this.algorithms = commonTo(users.values());
    }

    private static Lookup.Known known(String username, @Nullable LongTermKey key) {
        return new Lookup.Known(username, key == null ? List.of() : List.of(key), Lookup.NEVER);
    }

    private static List<PasswordAlgorithm> commonTo(Collection<StoredKeys> users) {
        List<PasswordAlgorithm> common = PasswordAlgorithm.BEST_FIRST.stream()
                .filter(algorithm -> users.stream().allMatch(keys -> keys.key(algorithm) != null))
                .toList();
        return common.isEmpty() ? PasswordAlgorithm.BEST_FIRST : common;
    }

    /**
     * The same from text.
     *
     * @param secrets by user name: a password, or keys in the form of {@link StoredKeys}
     * @throws IllegalArgumentException as above, also for a password; the message names the user, not the password
     */
    public static StaticCredentials of(String realm, Map<String, String> secrets) {
        Map<String, StoredKeys> users = new HashMap<>();
        secrets.forEach((username, secret) -> users.put(username, keys(realm, username, secret)));
        return new StaticCredentials(realm, users);
    }

    private static StoredKeys keys(String realm, String username, String secret) {
        StoredKeys stored = StoredKeys.parse(secret);
        if (stored != null) {
            return stored;
        }
        try {
            return StoredKeys.of(username, realm, secret);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("password of user '" + username + "': " + e.getMessage(), e);
        }
    }

    @Override
    public String realm() {
        return realm;
    }

    @Override
    public int maxKeysPerUser() {
        return 1;
    }

    @Override
    public List<PasswordAlgorithm> algorithms() {
        return algorithms;
    }

    @Override
    public Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
        Map<String, Lookup.Known> withKeys = users.get(algorithm);
        Lookup known = withKeys == null ? null : withKeys.get(username);
        return known == null ? Lookup.UNKNOWN : known;
    }

    @Override
    public @Nullable String usernameOf(ByteBuffer userhash) {
        return byUserhash.get(userhash);
    }

    @Override
    public boolean offersUserhash() {
        return true;
    }
}
