package dev.postern.peer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.peer.SignalingOutcome;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three servers that serve the same rooms, with real sockets, over a backplane in memory. */
@Timeout(120)
class ClusterIT {

    private static final int PAIRS = 4;
    private static final long EVERY_MILLIS = 10;

    private Stage stage = new Stage(3);
    private final List<Talker> talkers = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        talkers.forEach(Talker::close);
        stage.close();
    }

    private Talker talker(Stage.Node node, String room) throws Exception {
        Talker talker = new Talker(node.socket(), room);
        talkers.add(talker);
        return talker.in();
    }

    private Talker talker(String room) throws Exception {
        Talker talker = new Talker(stage.balancer.socket(), room);
        talkers.add(talker);
        return talker.in();
    }

    private static void meet(Talker one, Talker other) {
        one.awaitOther(other);
        other.awaitOther(one);
    }

    private static void settle(Talker one, Talker other) {
        Stage.await("all is answered", () -> one.unanswered() == 0 && other.unanswered() == 0);
        Stage.await(
                "all that was delivered is heard",
                () -> other.heard.containsAll(one.done) && one.heard.containsAll(other.done));
        one.assertHeardAllOf(other);
        other.assertHeardAllOf(one);
    }

    private static void exchange(Talker one, Talker other, int count) {
        for (int i = 0; i < count; i++) {
            one.send(other);
            other.send(one);
        }
        settle(one, other);
    }

    @Test
    void peersOfOneRoomOnThreeNodesSeeAndHearEachOther() throws Exception {
        Talker ann = talker(stage.nodes.get(0), "r");
        Talker bob = talker(stage.nodes.get(1), "r");
        Talker cem = talker(stage.nodes.get(2), "r");
        meet(ann, bob);
        meet(bob, cem);
        meet(ann, cem);
        exchange(ann, bob, 20);
        assertThat(ann.heard).hasSize(20);
        assertThat(bob.heard).hasSize(20);
        cem.close();
        Stage.await(
                "the others see one leave",
                () -> ann.leaves().size() + bob.leaves().size() == 2);
        assertThat(ann.leaves()).containsExactly(LeaveReason.CLOSED);
    }

    @Test
    void backplaneThatLosesRepeatsAndAltersChangesNothing() throws Exception {
        stage.close();
        stage = new Stage(2, true);
        Talker ann = talker(stage.nodes.get(0), "r");
        Talker bob = talker(stage.nodes.get(1), "r");
        meet(ann, bob);
        exchange(ann, bob, 40);
        assertThat(ann.failed).isEmpty();
        assertThat(bob.failed).isEmpty();
        assertThat(ann.heard).hasSize(40);
        assertThat(bob.heard).hasSize(40);
        assertThat(sum(SignalingCounter.NODE_FRAMES_RESENT)).isPositive();
        assertThat(sum(SignalingCounter.NODE_FRAMES_FORGED)).isPositive();
        assertThat(sum(SignalingCounter.NODES_LOST)).isZero();
    }

    @Test
    void sessionGoesOnAtAnotherNode() throws Exception {
        Talker ann = talker(stage.nodes.get(0), "r");
        Talker bob = talker("r");
        meet(ann, bob);
        exchange(ann, bob, 10);
        String before = bob.self();
        for (int hop = 1; hop <= 3; hop++) {
            bob.drop();
            for (int i = 0; i < 10; i++) {
                ann.send(bob);
                bob.send(ann);
            }
            int expected = hop;
            Stage.await("the session is resumed", () -> bob.resumed.get() == expected);
            settle(ann, bob);
        }
        assertThat(bob.self()).isEqualTo(before);
        assertThat(bob.sessionsLost).hasValue(0);
        assertThat(ann.leaves()).isEmpty();
        assertThat(ann.failed).isEmpty();
        assertThat(bob.failed).isEmpty();
        assertThat(sum(SignalingCounter.SESSIONS_TAKEN)).isPositive().isEqualTo(sum(SignalingCounter.SESSIONS_SENT));
    }

    private long sum(SignalingCounter counter) {
        return stage.nodes.stream()
                .mapToLong(node -> node.server().counters().getOrDefault(counter, 0L))
                .sum();
    }

    @Test
    void nodesAreRestartedOneAfterTheOtherUnderTrafficAndNothingIsLost() throws Exception {
        List<Talker> all = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            Talker one = talker("r" + i);
            Talker other = talker("r" + i);
            meet(one, other);
            all.add(one);
            all.add(other);
        }
        ScheduledExecutorService traffic = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> sending =
                traffic.scheduleAtFixedRate(() -> sendAll(all), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        try {
            for (Stage.Node node : List.copyOf(stage.nodes)) {
                stage.start();
                stage.awaitAll();
                stage.drain(node);
            }
        } finally {
            sending.cancel(false);
            traffic.shutdown();
        }
        assertThat(traffic.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        int sent = 0;
        int acknowledged = 0;
        int heard = 0;
        int resumed = 0;
        int refused = 0;
        for (int i = 0; i < all.size(); i += 2) {
            settle(all.get(i), all.get(i + 1));
        }
        for (Talker each : all) {
            sent += each.sent();
            acknowledged += each.done.size();
            heard += each.heard.size();
            resumed += each.resumed.get();
            refused += each.failed.size();
            assertThat(each.sessionsLost).hasValue(0);
            assertThat(each.leaves()).isEmpty();
        }
        System.out.printf(
                "ClusterIT, three restarts: sent %d, acknowledged %d, refused %d, delivered %d, resumed %d, sessions lost 0%n",
                sent, acknowledged, refused, heard, resumed);
        assertThat(refused).isZero();
        assertThat(acknowledged).isEqualTo(sent);
        assertThat(heard).isEqualTo(sent);
        assertThat(resumed).isGreaterThanOrEqualTo(all.size());
    }

    /** They know the address of the node that stops alone, where nobody answers when it has. */
    @Test
    void clientsOfANodeThatStopsGoOnAtTheAddressThatAnotherNames() throws Exception {
        Stage.Node next = stage.startWithAddress();
        stage.awaitAll();
        Stage.Node leaving = stage.nodes.get(0);
        Talker ann = talker(leaving, "r");
        Talker bob = talker(leaving, "r");
        meet(ann, bob);
        exchange(ann, bob, 5);
        stage.drain(leaving);
        exchange(ann, bob, 10);
        for (Talker each : List.of(ann, bob)) {
            assertThat(each.resumed).hasValue(1);
            assertThat(each.sessionsLost).hasValue(0);
            assertThat(each.leaves()).isEmpty();
            assertThat(each.failed).isEmpty();
            assertThat(each.heard).hasSize(15);
        }
        assertThat(next.server().counters()).containsEntry(SignalingCounter.SESSIONS_TAKEN, 2L);
    }

    private static void sendAll(List<Talker> all) {
        for (int i = 0; i < all.size(); i += 2) {
            all.get(i).send(all.get(i + 1));
            all.get(i + 1).send(all.get(i));
        }
    }

    @Test
    void nodeThatDiesTakesItsOwnSessionsAlone() throws Exception {
        Stage.Node dying = stage.nodes.get(0);
        Talker first = talker(dying, "r"); // so that the room's home is there
        Talker ann = talker(stage.nodes.get(1), "r");
        Talker bob = talker(stage.nodes.get(2), "r");
        meet(ann, first);
        meet(bob, first);
        meet(ann, bob);
        exchange(ann, bob, 5);
        stage.kill(dying);
        exchange(ann, bob, 20);
        Stage.await(
                "the others hear of the lost one",
                () -> ann.leaves().size() == 1 && bob.leaves().size() == 1);
        assertThat(ann.leaves()).containsExactly(LeaveReason.NODE_LOST);
        assertThat(bob.leaves()).containsExactly(LeaveReason.NODE_LOST);
        assertThat(ann.present()).containsExactly(bob.self());
        assertThat(bob.present()).containsExactly(ann.self());
        assertThat(ann.sessionsLost).hasValue(0);
        assertThat(bob.sessionsLost).hasValue(0);
    }

    /** It was greeted as one that is there, which made it so: it was lost again each time, for ever. */
    @Test
    void nodeThatDiesIsLostOnceAndSpokenToNoMore() throws Exception {
        Stage.Node dying = stage.nodes.get(0);
        Stage.Node home = stage.nodes.get(1);
        Talker ann = talker(home, "r");
        Talker one = talker(dying, "r");
        Talker other = talker(dying, "r");
        meet(ann, one);
        meet(ann, other);
        stage.kill(dying);
        Stage.await("both have left", () -> ann.leaves().size() == 2);
        long lostNanos = System.nanoTime();
        Stage.await("it could be lost twice again", () -> System.nanoTime() - lostNanos > 800_000_000);
        assertThat(home.server().counters()).containsEntry(SignalingCounter.NODES_LOST, 1L);
    }

    @Test
    void roomsGoOnWhereTheirHomeIsWhileTheBackplaneIsDownAndTheRestArrivesAfterwards() throws Exception {
        Stage.Node one = stage.nodes.get(0);
        Talker ann = talker(one, "local");
        Talker bob = talker(one, "local");
        Talker cem = talker(one, "wide");
        Talker dag = talker(stage.nodes.get(1), "wide");
        meet(ann, bob);
        meet(cem, dag);
        stage.memory.goDown("a test says so");
        stage.memory.forget();
        Stage.await(
                "all nodes notice",
                () -> stage.nodes.stream().noneMatch(node -> node.state().isUp()));
        assertThat(one.state().whyDown()).isEqualTo("a test says so");
        exchange(ann, bob, 10);
        for (int i = 0; i < 10; i++) {
            cem.send(dag);
            dag.send(cem);
        }
        Talker eve = new Talker(stage.nodes.get(2).socket(), "unknown");
        talkers.add(eve);
        assertThat(eve.join()).isInstanceOfSatisfying(SignalingOutcome.Refused.class, refused -> {
            assertThat(refused.error().code()).isEqualTo(ErrorCode.UNAVAILABLE.number());
            assertThat(refused.error().retry()).isTrue();
        });
        assertThat(cem.heard).isEmpty();
        stage.memory.comeUp();
        stage.awaitAll();
        settle(cem, dag);
        assertThat(cem.heard).hasSize(10);
        assertThat(dag.heard).hasSize(10);
        exchange(ann, bob, 10);
        eve.in();
        for (Talker each : List.of(ann, bob, cem, dag)) {
            assertThat(each.failed).isEmpty();
            assertThat(each.leaves()).isEmpty();
            assertThat(each.sessionsLost).hasValue(0);
        }
        assertThat(sum(SignalingCounter.NODES_LOST)).isZero();
    }
}
