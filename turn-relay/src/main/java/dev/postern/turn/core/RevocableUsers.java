package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.PasswordAlgorithm;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The users of another store, without those who were revoked. Any thread. */
final class RevocableUsers implements CredentialStore {

    private final CredentialStore users;
    private final Revocations revocations;

    RevocableUsers(CredentialStore users, Revocations revocations) {
        this.users = users;
        this.revocations = revocations;
    }

    @Override
    public Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
        Lookup found = users.find(username, algorithm, nowSeconds);
        boolean revoked =
                found instanceof Lookup.Known known && revocations.covers(username, known.quotaUser(), nowSeconds);
        return revoked ? Lookup.UNKNOWN : found;
    }

    @Override
    public String realm() {
        return users.realm();
    }

    @Override
    public int maxKeysPerUser() {
        return users.maxKeysPerUser();
    }

    @Override
    public List<PasswordAlgorithm> algorithms() {
        return users.algorithms();
    }

    @Override
    public void ask(String username, IpAddress source) {
        users.ask(username, source);
    }

    @Override
    public @Nullable String usernameOf(ByteBuffer userhash) {
        return users.usernameOf(userhash);
    }

    @Override
    public boolean offersUserhash() {
        return users.offersUserhash();
    }
}
