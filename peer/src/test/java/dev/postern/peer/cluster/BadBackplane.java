package dev.postern.peer.cluster;

import dev.postern.signaling.Backplane;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A backplane that loses some of what it is to carry, carries some twice, and alters some. */
final class BadBackplane implements Backplane {

    private final Backplane good;
    private final Random random;

    BadBackplane(Backplane good, long seed) {
        this.good = good;
        this.random = new Random(seed);
    }

    @Override
    public void send(String node, byte[] message) {
        int fate = random.nextInt(20);
        if (fate == 0) {
            return;
        }
        good.send(node, message);
        if (fate < 5) {
            good.send(node, message);
        } else if (fate < 7) {
            byte[] altered = message.clone();
            altered[random.nextInt(altered.length)] ^= 1;
            good.send(node, altered);
        }
    }

    @Override
    public void open(Presence self, Listener listener) {
        good.open(self, listener);
    }

    @Override
    public void announce(Presence self) {
        good.announce(self);
    }

    @Override
    public CompletionStage<String> claim(String name) {
        return good.claim(name);
    }

    @Override
    public CompletionStage<String> take(String name, String giver) {
        return good.take(name, giver);
    }

    @Override
    public CompletionStage<Void> release(String name) {
        return good.release(name);
    }

    @Override
    public CompletionStage<Void> register(String name, Duration keptFor) {
        return good.register(name, keptFor);
    }

    @Override
    public CompletionStage<@Nullable String> locate(String name) {
        return good.locate(name);
    }

    @Override
    public void close() {
        good.close();
    }
}
