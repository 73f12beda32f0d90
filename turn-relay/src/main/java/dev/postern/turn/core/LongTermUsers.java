package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.stun.auth.StaticCredentials;
import dev.postern.turn.TurnCredentials;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Users that are written down, time-limited ones and those that somebody else knows, side by side; the first that knows a name
 * wins. All are asked for every name, so that each takes as long. Any thread.
 */
final class LongTermUsers implements CredentialStore {

    private final List<CredentialStore> stores;

    private LongTermUsers(List<CredentialStore> stores) {
        this.stores = List.copyOf(stores);
    }

    /** The store that the configuration describes. */
    static CredentialStore of(TurnCredentials credentials) {
        List<CredentialStore> stores = new ArrayList<>();
        if (!credentials.users().isEmpty()) {
            stores.add(StaticCredentials.of(credentials.realm(), credentials.users()));
        }
        if (!credentials.sharedSecrets().isEmpty()) {
            stores.add(new SharedSecretCredentials(
                    credentials.realm(),
                    credentials.sharedSecrets(),
                    credentials.rules().clockTolerance()));
        }
        if (credentials.elsewhere() != null) {
            stores.add(credentials.elsewhere());
        }
        return stores.size() == 1 ? stores.get(0) : new LongTermUsers(stores);
    }

    @Override
    public String realm() {
        return stores.get(0).realm();
    }

    @Override
    public int maxKeysPerUser() {
        return stores.stream().mapToInt(CredentialStore::maxKeysPerUser).max().orElseThrow();
    }

    @Override
    public List<PasswordAlgorithm> algorithms() {
        List<PasswordAlgorithm> common = stores.get(0).algorithms().stream()
                .filter(each ->
                        stores.stream().allMatch(store -> store.algorithms().contains(each)))
                .toList();
        return common.isEmpty() ? PasswordAlgorithm.BEST_FIRST : common;
    }

    @Override
    public Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
        Lookup found = Lookup.UNKNOWN;
        for (CredentialStore store : stores) {
            Lookup here = store.find(username, algorithm, nowSeconds);
            if (found instanceof Lookup.Unknown) {
                found = here;
            }
        }
        return found;
    }

    @Override
    public void ask(String username, IpAddress source) {
        stores.forEach(store -> store.ask(username, source));
    }

    @Override
    public @Nullable String usernameOf(ByteBuffer userhash) {
        String found = null;
        for (CredentialStore store : stores) {
            String here = store.usernameOf(userhash);
            found = found == null ? here : found;
        }
        return found;
    }

    @Override
    public boolean offersUserhash() {
        return stores.stream().allMatch(CredentialStore::offersUserhash);
    }
}
