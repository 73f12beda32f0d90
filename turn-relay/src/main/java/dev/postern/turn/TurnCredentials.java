package dev.postern.turn;

import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.SharedSecretCredentials;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the relay: users that are written down, shared secrets for time-limited credentials, users that somebody else
 * knows, or several of these; the first that knows a name decides.
 *
 * @param realm the realm of RFC 8489 section 9.2, 1 to {@value #MAX_REALM_CHARACTERS} characters
 * @param users password by username, or in its place keys in the form of {@link dev.postern.stun.auth.StoredKeys}; a username has
 *     at most {@value #MAX_USERNAME_BYTES} bytes of UTF-8
 * @param sharedSecrets secrets that sign time-limited credentials, the first being the one in use; the others, at most three,
 *     still verify
 * @param elsewhere a store of the same realm that knows more users; null for none
 * @param rules how the end of a credential is taken
 */
public record TurnCredentials(
        String realm,
        Map<String, String> users,
        List<String> sharedSecrets,
        @Nullable CredentialStore elsewhere,
        CredentialRules rules) {

    /** RFC 8489 section 14.9: fewer than 128 characters. Here: {@value}. */
    public static final int MAX_REALM_CHARACTERS = 127;

    /** RFC 8489 section 14.3: fewer than 509 bytes. Here: {@value}. */
    public static final int MAX_USERNAME_BYTES = 508;

    public TurnCredentials {
        users = Map.copyOf(users);
        sharedSecrets = List.copyOf(sharedSecrets);
        checkRealm(realm);
        if (elsewhere != null && !elsewhere.realm().equals(realm)) {
            throw new IllegalArgumentException("turn.realm is '" + printable(realm)
                    + "', but must be the realm of the other credential store, '" + printable(elsewhere.realm())
                    + "'.");
        }
        users.forEach(TurnCredentials::checkUser);
        if (sharedSecrets.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException(
                    "turn.shared-secret is empty, but a secret must have at least 1 character.");
        }
        if (sharedSecrets.size() > SharedSecretCredentials.MAX_SECRETS) {
            throw new IllegalArgumentException("turn.shared-secret has " + sharedSecrets.size()
                    + " secrets, but must have at most " + SharedSecretCredentials.MAX_SECRETS + ".");
        }
        if (users.isEmpty() && sharedSecrets.isEmpty() && elsewhere == null) {
            throw new IllegalArgumentException("The relay has no credentials, and an open relay is never started:"
                    + " set turn.shared-secret or at least one turn.users.NAME.");
        }
    }

    private static void checkRealm(String realm) {
        if (realm.isEmpty() || realm.length() > MAX_REALM_CHARACTERS || hasControl(realm)) {
            throw new IllegalArgumentException("turn.realm is '" + printable(realm) + "', but must have 1 to "
                    + MAX_REALM_CHARACTERS + " characters and none of them a control character.");
        }
    }

    private static void checkUser(String name, String password) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_USERNAME_BYTES || hasControl(name)) {
            throw new IllegalArgumentException("turn.users." + printable(name) + ": a user's name must have 1 to "
                    + MAX_USERNAME_BYTES + " bytes and no control character.");
        }
        if (password.isEmpty()) {
            throw new IllegalArgumentException(
                    "turn.users." + name + " is empty, but a password must have at least 1 character.");
        }
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** Names no user, password or secret. */
    @Override
    public String toString() {
        return "TurnCredentials[realm=" + realm + ", users=" + users.size() + ", sharedSecrets=" + sharedSecrets.size()
                + "]";
    }
}
