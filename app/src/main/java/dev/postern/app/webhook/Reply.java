package dev.postern.app.webhook;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.StoredKeys;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the webhook says of a user. */
sealed interface Reply {

    /** The most characters of a password. */
    int MAX_PASSWORD_CHARACTERS = 1024;

    /**
     * He is known.
     *
     * @param quotaUser the name that quotas and revocation go by
     * @param expiresAtSeconds seconds since 1970; {@link Lookup#NEVER} if he does not expire
     */
    record Known(String quotaUser, StoredKeys keys, long expiresAtSeconds) implements Reply {}

    /** He is not. */
    record Unknown() implements Reply {}

    /** It said something that it should not. The sentence holds nothing of what it said. */
    record Broken(String sentence) implements Reply {}

    /**
     * Reads a response.
     *
     * @param username the name that was asked for
     */
    static Reply of(int status, byte[] body, String username, String realm) {
        if (status == 404) {
            return new Unknown();
        }
        if (status != 200) {
            return new Broken("status " + status);
        }
        try {
            JsonNode object = Json.MAPPER.readTree(body);
            return object == null || !object.isObject() ? new Broken("no JSON object") : known(object, username, realm);
        } catch (IOException | IllegalArgumentException e) {
            return new Broken(e instanceof IOException ? "no JSON" : "unusable password");
        }
    }

    private static Reply known(JsonNode object, String username, String realm) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            if (!Json.FIELDS.contains(names.next())) {
                return new Broken("an unknown field");
            }
        }
        StoredKeys keys = keys(object, username, realm);
        if (keys == null) {
            return new Broken("neither usable keys nor a password");
        }
        JsonNode quotaUser = object.path("quotaUser");
        JsonNode expires = object.path("expiresAt");
        boolean named = quotaUser.isTextual() && !quotaUser.asText().isEmpty();
        if ((!named && !quotaUser.isMissingNode()) || (!expires.isMissingNode() && !expires.canConvertToLong())) {
            return new Broken("quotaUser is no name or expiresAt no number");
        }
        return new Known(
                named ? quotaUser.asText() : username, keys, expires.isMissingNode() ? Lookup.NEVER : expires.asLong());
    }

    private static @Nullable StoredKeys keys(JsonNode object, String username, String realm) {
        JsonNode keys = object.path("keys");
        JsonNode password = object.path("password");
        if (keys.isMissingNode() == password.isMissingNode()) {
            return null;
        }
        if (keys.isTextual()) {
            return StoredKeys.parse(keys.asText());
        }
        boolean usable = password.isTextual()
                && !password.asText().isEmpty()
                && password.asText().length() <= MAX_PASSWORD_CHARACTERS;
        return usable ? StoredKeys.of(username, realm, password.asText()) : null;
    }

    /** How it is read. */
    final class Json {

        private static final Set<String> FIELDS = Set.of("keys", "password", "quotaUser", "expiresAt");
        private static final ObjectMapper MAPPER = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();

        private Json() {}
    }
}
