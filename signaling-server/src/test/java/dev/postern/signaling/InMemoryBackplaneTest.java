package dev.postern.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.Backplane.Presence;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InMemoryBackplaneTest {

    private final InMemoryBackplane.Memory memory = new InMemoryBackplane.Memory();
    private final Recorder toA = new Recorder();
    private final Recorder toB = new Recorder();
    private final InMemoryBackplane a = new InMemoryBackplane(memory);
    private final InMemoryBackplane b = new InMemoryBackplane(memory);

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    /** What a listener heard, as texts in its order. */
    private static final class Recorder implements Backplane.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void onMessage(byte[] message) {
            heard.add("message " + message[0]);
        }

        @Override
        public void onNodes(Collection<Presence> living) {
            heard.add("nodes "
                    + living.stream()
                            .map(each -> each.node() + (each.isLeaving() ? "!" : ""))
                            .toList());
        }

        @Override
        public void onUp() {
            heard.add("up");
        }

        @Override
        public void onDown(String sentence) {
            heard.add("down " + sentence);
        }

        void expect(String... events) throws InterruptedException {
            for (String event : events) {
                assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(event);
            }
        }
    }

    private static Presence presence(String node, boolean isLeaving) {
        return new Presence(node, null, isLeaving, 1);
    }

    private void open() throws InterruptedException {
        a.open(presence("a", false), toA);
        toA.expect("up", "nodes [a]");
        b.open(presence("b", false), toB);
        toB.expect("up", "nodes [a, b]");
        toA.expect("nodes [a, b]");
    }

    private static <T> T now(CompletionStage<T> answer) {
        return answer.toCompletableFuture().join();
    }

    @Test
    void serversSeeEachOtherComeChangeAndGo() throws InterruptedException {
        open();
        b.announce(presence("b", true));
        toA.expect("nodes [a, b!]");
        b.close();
        toA.expect("nodes [a]");
    }

    @Test
    void messagesComeInTheirOrderAndToNobodyElse() throws InterruptedException {
        open();
        a.send("b", new byte[] {1});
        a.send("nobody", new byte[] {2});
        a.send("b", new byte[] {3});
        toB.expect("message 1", "message 3");
        assertThat(toA.heard).isEmpty();
    }

    @Test
    void nameIsOfOneServerUntilThatGivesItUpOrDies() throws InterruptedException {
        open();
        assertThat(now(a.claim("r"))).isEqualTo("a");
        assertThat(now(b.claim("r"))).isEqualTo("a");
        now(b.release("r"));
        assertThat(now(b.claim("r"))).as("only its own server gives it up").isEqualTo("a");
        now(a.release("r"));
        assertThat(now(b.claim("r"))).isEqualTo("b");
        assertThat(now(a.take("r", "c"))).as("who gives it does not have it").isEqualTo("b");
        assertThat(now(a.take("r", "b"))).isEqualTo("a");
        assertThat(now(b.claim("r"))).isEqualTo("a");
        a.close();
        assertThat(now(b.claim("r"))).isEqualTo("b");
        b.close();
        assertThat(memory.held()).as("names of servers that are gone").isZero();
    }

    @Test
    void whatIsRegisteredIsFoundForItsTime() throws InterruptedException {
        open();
        now(a.register("s", Duration.ofMinutes(1)));
        now(a.register("t", Duration.ZERO));
        assertThat(now(b.locate("s"))).isEqualTo("a");
        assertThat(now(b.locate("t"))).isNull();
        assertThat(now(b.locate("u"))).isNull();
    }

    @Test
    void whileItIsDownNothingIsCarriedAndAllThatIsAskedFails() throws InterruptedException {
        open();
        assertThat(now(a.claim("r"))).isEqualTo("a");
        memory.goDown("no power");
        toA.expect("down no power");
        a.send("b", new byte[] {1});
        CompletionStage<String> claim = a.claim("q");
        assertThatThrownBy(() -> now(claim)).hasRootCauseMessage("no power");
        memory.comeUp();
        toA.expect("up", "nodes [a, b]");
        toB.expect("down no power", "up", "nodes [a, b]");
        assertThat(now(b.claim("r"))).as("it has forgotten nothing").isEqualTo("a");
        memory.forget();
        assertThat(now(b.claim("r"))).isEqualTo("b");
    }

    @Test
    void isOpenedOnceAndOfNoUseWhenItIsClosed() throws InterruptedException {
        open();
        assertThatThrownBy(() -> a.open(presence("a", false), toA)).isInstanceOf(IllegalStateException.class);
        a.close();
        a.send("b", new byte[] {1});
        CompletionStage<String> claim = a.claim("r");
        assertThatThrownBy(() -> now(claim)).hasRootCauseMessage("the backplane is closed");
        toB.expect("nodes [b]");
    }
}
