package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.core.ClusterHarness.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of a session that goes from one node to another when a third thing fails, at each moment of it. */
class HubClusterVanishTest {

    /** What fails: the session goes from a to c, and is in a room of b's and in one of a's. */
    @SuppressWarnings("ImmutableEnumChecker") // they have no state
    enum Fault {
        ITS_NODE_DIES(harness -> harness.node("a").kill()),
        A_HOME_DIES(harness -> harness.node("b").kill()),
        WHO_ASKED_DIES(harness -> harness.node("c").kill()),
        ITS_NODE_LOSES_WHO_ASKED(harness -> harness.net.lose("a", "c")),
        WHO_ASKED_LOSES_ITS_NODE(harness -> harness.net.lose("c", "a")),
        ITS_NODE_LOSES_A_HOME(harness -> harness.net.lose("a", "b")),
        A_HOME_LOSES_WHO_ASKED(harness -> harness.net.lose("b", "c")),
        A_HOME_DRAINS(harness -> harness.node("b").drain(null)),
        ITS_NODE_DRAINS(harness -> harness.node("a").drain(null)),
        WHO_ASKED_DRAINS(harness -> harness.node("c").drain(null)),
        THE_BACKPLANE_FORGETS(harness -> {
            harness.net.down(true);
            harness.net.after(Duration.ofSeconds(4).toNanos(), harness.net::up);
        });

        private final Consumer<ClusterHarness> what;

        Fault(Consumer<ClusterHarness> what) {
            this.what = what;
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOfASessionThatMovesWhateverFailsWhen(Fault fault) {
        for (int millis = 0; millis <= 90; millis += 5) {
            ClusterHarness harness = ClusterHarness.of("a", "b", "c", "d");
            Client ann = harness.node("a").client();
            Client bob = harness.node("b").client();
            Client dan = harness.node("d").client();
            bob.join("r");
            dan.join("r");
            ann.join("r");
            ann.join("own");
            dan.join("own");
            dan.news();
            String peer = ann.peer();
            ann.drop();
            ann.knockAt(harness.node("c"));
            harness.advance(Duration.ofMillis(millis));
            fault.what.accept(harness);
            List<Client> awake = new ArrayList<>(List.of(dan));
            if (harness.node("b").isAlive() && bob.closed() == null) {
                awake.add(bob);
            }
            harness.advanceAwake(Duration.ofSeconds(110), awake.toArray(Client[]::new)); // nobody is at ann's other end
            String when = fault + " after " + millis + " ms";
            assertThat(dan.closed()).as(when).isNull();
            List<String> ofAnn =
                    dan.news().stream().filter(word -> word.contains(peer)).toList();
            assertThat(ofAnn.stream().filter(word -> word.startsWith("LEAVE")).count()
                            - ofAnn.stream()
                                    .filter(word -> word.startsWith("JOIN"))
                                    .count())
                    .as("%s: %s", when, ofAnn)
                    .isEqualTo(2); // of two rooms
            awake.forEach(Client::close);
            harness.advance(Duration.ofSeconds(40));
            harness.assertNothingIsLeft();
        }
    }
}
