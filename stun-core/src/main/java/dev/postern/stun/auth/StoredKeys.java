package dev.postern.stun.auth;

import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one long-term credential, as a configuration keeps them instead of the password: made from user name, realm and
 * password, and of no use for another name or realm. Whoever reads them can sign as this user, but cannot learn the
 * password that the user may have elsewhere. Immutable; never shown as text by accident.
 *
 * <pre>
 * md5:0123456789abcdef0123456789abcdef,sha256:0123...cdef       32 and 64 hex digits; either may be missing
 * </pre>
 */
public final class StoredKeys {

    private static final Pattern TEXT =
            Pattern.compile("(?:md5:([0-9a-fA-F]{32}))?,?(?:sha256:([0-9a-fA-F]{64}))?", Pattern.DOTALL);

    private final Map<PasswordAlgorithm, LongTermKey> keys;

    private StoredKeys(Map<PasswordAlgorithm, LongTermKey> keys) {
        this.keys = keys;
    }

    /**
     * The keys that a password gives. User name, realm and password are prepared with {@link OpaqueString}.
     *
     * @throws IllegalArgumentException if one of them cannot be prepared
     */
    public static StoredKeys of(String username, String realm, String password) {
        Map<PasswordAlgorithm, LongTermKey> keys = new EnumMap<>(PasswordAlgorithm.class);
        String prepared = OpaqueString.prepare(username);
        for (PasswordAlgorithm algorithm : PasswordAlgorithm.values()) {
            keys.put(algorithm, LongTermKey.of(algorithm, prepared, realm, password));
        }
        return new StoredKeys(keys);
    }

    /** The keys that a text of the form above holds, or null if it has another form, as passwords do. */
    public static @Nullable StoredKeys parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String md5 = matcher.group(1);
        String sha256 = matcher.group(2);
        boolean comma = text.indexOf(',') >= 0;
        if ((md5 == null && sha256 == null) || comma != (md5 != null && sha256 != null)) {
            return null;
        }
        Map<PasswordAlgorithm, LongTermKey> keys = new EnumMap<>(PasswordAlgorithm.class);
        put(keys, PasswordAlgorithm.MD5, md5);
        put(keys, PasswordAlgorithm.SHA_256, sha256);
        return new StoredKeys(keys);
    }

    private static void put(
            Map<PasswordAlgorithm, LongTermKey> keys, PasswordAlgorithm algorithm, @Nullable String hex) {
        if (hex != null) {
            keys.put(algorithm, LongTermKey.ofBytes(HexFormat.of().parseHex(hex)));
        }
    }

    /** What {@link #parse} reads: as good as a password to this server, so it belongs where secrets are kept. */
    public String toText() {
        StringJoiner text = new StringJoiner(",");
        keys.forEach((algorithm, key) ->
                text.add(name(algorithm) + ":" + HexFormat.of().formatHex(key.bytes())));
        return text.toString();
    }

    private static String name(PasswordAlgorithm algorithm) {
        return algorithm.name().replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** The key that this algorithm made, or null if it is not kept. */
    public @Nullable LongTermKey key(PasswordAlgorithm algorithm) {
        return keys.get(algorithm);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredKeys that && keys.equals(that.keys);
    }

    @Override
    public int hashCode() {
        return keys.hashCode();
    }

    /** Says nothing of the keys. */
    @Override
    public String toString() {
        return "StoredKeys";
    }
}
