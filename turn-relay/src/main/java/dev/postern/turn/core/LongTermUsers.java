package dev.postern.turn.core;

import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.stun.auth.StaticCredentials;
import dev.postern.turn.TurnCredentials;
import java.util.List;

/** Users that are written down and time-limited ones, side by side; the written name wins. Any thread. */
final class LongTermUsers implements CredentialStore {

    private final CredentialStore written;
    private final CredentialStore timeLimited;

    private LongTermUsers(CredentialStore written, CredentialStore timeLimited) {
        this.written = written;
        this.timeLimited = timeLimited;
    }

    /** The store that the configuration describes. */
    static CredentialStore of(TurnCredentials credentials) {
        CredentialStore written = new StaticCredentials(credentials.realm(), credentials.users());
        if (credentials.sharedSecrets().isEmpty()) {
            return written;
        }
        CredentialStore timeLimited = new SharedSecretCredentials(credentials.realm(), credentials.sharedSecrets());
        return credentials.users().isEmpty() ? timeLimited : new LongTermUsers(written, timeLimited);
    }

    @Override
    public String realm() {
        return written.realm();
    }

    @Override
    public List<LongTermKey> find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
        List<LongTermKey> keys = written.find(username, algorithm, nowSeconds);
        return keys.isEmpty() ? timeLimited.find(username, algorithm, nowSeconds) : keys;
    }

    @Override
    public int maxKeysPerUser() {
        return timeLimited.maxKeysPerUser();
    }

    @Override
    public String quotaUser(String username) {
        boolean isWritten = !written.find(username, PasswordAlgorithm.MD5, 0).isEmpty();
        return isWritten ? username : timeLimited.quotaUser(username);
    }
}
