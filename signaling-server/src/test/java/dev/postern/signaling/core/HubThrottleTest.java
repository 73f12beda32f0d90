package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubHarness.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.ServerMessage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Security case 18: what one user, one address and one room may send and join together, whatever connections it comes on. */
class HubThrottleTest {

    private static final int RATE = 10;
    private static final int BURST = RATE * Allowances.BURST_SECONDS;
    private static final long MOST_SPREAD_MILLIS = 251;
    private static final long NO_GOT = ClientMessage.NO_GOT;

    /** What two clients share, and what is counted when it is used up. */
    private enum Shared {
        USER(
                SignalingLimit.USER_MESSAGES_PER_SECOND,
                SignalingLimit.USER_JOINS_PER_SECOND,
                SignalingCounter.RATE_LIMITED_USER,
                SignalingCounter.JOINS_LIMITED_USER),
        ADDRESS(
                SignalingLimit.ADDRESS_MESSAGES_PER_SECOND,
                SignalingLimit.ADDRESS_JOINS_PER_SECOND,
                SignalingCounter.RATE_LIMITED_ADDRESS,
                SignalingCounter.JOINS_LIMITED_ADDRESS),
        ROOM(
                SignalingLimit.ROOM_MESSAGES_PER_SECOND,
                SignalingLimit.ROOM_JOINS_PER_SECOND,
                SignalingCounter.RATE_LIMITED_ROOM,
                SignalingCounter.JOINS_LIMITED_ROOM);

        final SignalingLimit messages;
        final SignalingLimit joins;
        final SignalingCounter messagesRefused;
        final SignalingCounter joinsRefused;

        Shared(
                SignalingLimit messages,
                SignalingLimit joins,
                SignalingCounter messagesRefused,
                SignalingCounter joinsRefused) {
            this.messages = messages;
            this.joins = joins;
            this.messagesRefused = messagesRefused;
            this.joinsRefused = joinsRefused;
        }

        /** One of two clients that share this and nothing else, or, as a third, one that shares nothing with them. */
        Client client(HubHarness hub, int number) {
            boolean isOther = number == 2;
            String user = this == USER && !isOther ? "ann" : "user " + number;
            String address = this == ADDRESS && !isOther ? "4-7f000001" : "4-" + number;
            return hub.clientAt(address, new Grant(user, null, List.of(RoomRule.of("*")), null));
        }

        String room(int number) {
            return this == ROOM && number != 2 ? "shared" : "room " + number;
        }
    }

    private static HubHarness harness(SignalingLimit limit, int rate) {
        return new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.MESSAGE_BURST, 1_000_000)
                .limit(limit, rate)
                .time(SignalingTime.HEARTBEAT_EVERY, Duration.ofMinutes(30))
                .time(SignalingTime.HEARTBEAT_DEAD, Duration.ofHours(1))
                .build());
    }

    @ParameterizedTest
    @EnumSource(Shared.class)
    void c18_messagesOfAllWhoShareComeByBurstAndRefillAndOthersDoNotNotice(Shared shared) {
        HubHarness hub = harness(shared.messages, RATE);
        Sender one = new Sender(hub, shared, 0);
        Sender two = new Sender(hub, shared, 1);
        Sender other = new Sender(hub, shared, 2);
        hub.advance(Duration.ofSeconds(Allowances.BURST_SECONDS));

        assertThat(one.sent(BURST / 2) + two.sent(BURST)).isEqualTo(BURST);
        assertThat(hub.count(shared.messagesRefused)).isEqualTo(1);
        assertThat(other.sent(BURST)).isEqualTo(BURST);

        hub.advance(Duration.ofMillis(two.afterMillis));
        long refilled = two.afterMillis * RATE / 1_000;
        assertThat(refilled).isPositive();
        assertThat(two.sent(BURST)).as("after what it was told to wait").isEqualTo((int) refilled);
        hub.advance(Duration.ofSeconds(2 * Allowances.BURST_SECONDS));
        assertThat(one.sent(2 * BURST)).as("after long").isEqualTo(BURST);
    }

    @ParameterizedTest
    @EnumSource(Shared.class)
    void c18_joinsOfAllWhoShareComeByBurstAndRefillAndOthersDoNotNotice(Shared shared) {
        HubHarness hub = harness(shared.joins, RATE);
        Joiner one = new Joiner(hub, shared, 0);
        Joiner two = new Joiner(hub, shared, 1);
        Joiner other = new Joiner(hub, shared, 2);
        hub.advance(Duration.ofSeconds(Allowances.BURST_SECONDS)); // the hellos are paid for

        assertThat(one.joined(BURST / 2) + two.joined(BURST)).isEqualTo(BURST);
        assertThat(hub.count(shared.joinsRefused)).isEqualTo(1);
        assertThat(other.joined(BURST)).isEqualTo(BURST);

        hub.advance(Duration.ofMillis(two.afterMillis));
        int refilled = (int) (two.afterMillis * RATE / 1_000);
        assertThat(two.joined(BURST)).isEqualTo(refilled);
        hub.advance(Duration.ofSeconds(2 * Allowances.BURST_SECONDS));
        assertThat(one.joined(2 * BURST)).as("after long").isEqualTo(BURST);
    }

    @Test
    void c18_whoDoesNotWaitIsClosedAndTheNeighbourWhoWaitsIsNot() {
        HubHarness hub = harness(SignalingLimit.ADDRESS_MESSAGES_PER_SECOND, RATE);
        Sender flood = new Sender(hub, Shared.ADDRESS, 0);
        Sender neighbour = new Sender(hub, Shared.ADDRESS, 1);
        int rounds = 0;
        while (flood.client.closed() == null && rounds < 10_000) {
            flood.sent(BURST);
            neighbour.sent(1);
            hub.advance(Duration.ofMillis(neighbour.afterMillis));
            rounds++;
        }
        assertThat(flood.client.closed()).isEqualTo(CloseCode.FLOOD);
        assertThat(rounds)
                .as("rounds, each one message that came too early and more")
                .isLessThan(1_000);
        assertThat(neighbour.client.closed()).isNull();
        hub.advance(Duration.ofSeconds(1));
        assertThat(neighbour.sent(1)).isEqualTo(1);
    }

    @Test
    void c18_whoIsNotInARoomTakesNothingFromThoseWhoAre() {
        HubHarness hub = harness(SignalingLimit.ROOM_MESSAGES_PER_SECOND, RATE);
        Sender member = new Sender(hub, Shared.ROOM, 0);
        Client stranger = Shared.ROOM.client(hub, 2);
        for (int i = 0; i < 10 * BURST; i++) {
            assertThat(errorOf(stranger.sig(member.target, "shared", "v=0"))).isEqualTo(ErrorCode.NOT_JOINED);
        }
        assertThat(member.sent(BURST)).isEqualTo(BURST);
    }

    @Test
    void c10_whoMayNotJoinARoomTakesNothingFromThoseWhoMay() {
        HubHarness hub = harness(SignalingLimit.ROOM_JOINS_PER_SECOND, RATE);
        Client stranger = hub.clientAt("4-9", new Grant("eve", null, List.of(RoomRule.of("elsewhere")), null));
        for (int i = 0; i < Connections.STRIKES; i++) {
            assertThat(stranger.joinRefused("shared")).isEqualTo(ErrorCode.NOT_ALLOWED);
        }
        assertThat(new Joiner(hub, Shared.ROOM, 0).joined(BURST)).isEqualTo(BURST);
    }

    /** Whoever is closed for it comes back, on as many connections and as whom he likes. */
    @Test
    void c10_whoGuessesRoomsOnManyConnectionsHasNoMoreGuessesThanHisAddressHasJoins() {
        HubHarness hub = HubHarness.standard();
        Client[] guessers = new Client[40];
        int begun = 0;
        int guesses = 0;
        for (int step = 0; step < 60_000; step++) {
            int at = step % guessers.length;
            Client guesser = guessers[at];
            if (guesser == null || guesser.closed() != null) {
                Client fresh = hub.silentClientAt("4-66");
                fresh.verdict =
                        new Verdict.Granted(new Grant("eve" + step, null, List.of(RoomRule.of("elsewhere")), null));
                fresh.knock(null);
                boolean isIn = fresh.take().get(0) instanceof ServerMessage.Welcome;
                guessers[at] = isIn ? fresh : null;
                begun += isIn ? 1 : 0;
            } else {
                guesser.send(new ClientMessage.Join(guesser.id(), "room" + step, null, Meta.EMPTY, NO_GOT));
                guesses += (int) guesser.take().stream()
                        .filter(answer ->
                                answer instanceof ServerMessage.Err error && errorOf(error) == ErrorCode.NOT_ALLOWED)
                        .count();
            }
            hub.advance(Duration.ofMillis(1));
        }
        int most = SignalingLimit.ADDRESS_JOINS_PER_SECOND.standard() * (Allowances.BURST_SECONDS + 60);
        assertThat(begun).isPositive();
        assertThat(begun + guesses).isBetween(most / 2, most);
    }

    /** A session that its client leaves without a word is kept for the resume window: one address must not fill the server with them. */
    @Test
    void c20_sessionsThatAreBegunAndLeftByOneAddressLeaveRoomForOthers() {
        HubHarness hub = HubHarness.standard();
        int begun = 0;
        for (int i = 0; i < 15_000; i++) {
            Client eve = hub.silentClientAt("4-66");
            eve.knock(null);
            ServerMessage answer = eve.takeOne();
            begun += answer instanceof ServerMessage.Welcome ? 1 : 0;
            eve.drop();
            hub.advance(Duration.ofMillis(4));
        }
        int perSecond = SignalingLimit.ADDRESS_JOINS_PER_SECOND.standard();
        assertThat(begun).isEqualTo(perSecond * (Allowances.BURST_SECONDS + 60) - 1); // the last would come at 60 s
        assertThat(hub.hub.sessionCount())
                .isBetween(perSecond * 30 - 1, perSecond * (Allowances.BURST_SECONDS + 31))
                .isLessThan(SignalingLimit.SESSIONS.standard() / 4);
        assertThat(hub.count(SignalingCounter.HELLOS_LIMITED_ADDRESS)).isEqualTo(15_000 - begun);
        assertThat(hub.client().known().resumed()).isFalse();
    }

    @Test
    void aNameThatIsTooLongForARoomIsNotRemembered() {
        HubHarness hub = harness(SignalingLimit.ROOM_JOINS_PER_SECOND, 1);
        Client ann = hub.client();
        String longName = "r".repeat(60_000);
        for (int i = 0; i < 2 * Allowances.BURST_SECONDS; i++) {
            assertThat(ann.joinRefused(longName)).isEqualTo(ErrorCode.BAD_FIELD);
        }
    }

    @Test
    void aMessageThatIsTakenAllocatesNothingForItsRates() {
        HubHarness hub = harness(SignalingLimit.USER_MESSAGES_PER_SECOND, 1_000_000);
        Client ann = Shared.ADDRESS.client(hub, 0);
        ClientMessage ack = new ClientMessage.Ack(0);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            hub.advance(Duration.ofSeconds(Allowances.BURST_SECONDS));
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 5_000; i++) {
                hub.hub.onMessage(hub.now, ann.connection, ack);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(hub.count(SignalingCounter.RATE_LIMITED_ADDRESS)).isZero();
        // The recorder of the harness boxes its counts: 16 bytes each at most, and no more than that.
        assertThat(least).isLessThanOrEqualTo(5_000L * 16);
    }

    /** A client that sends to another of its room. */
    private static final class Sender {

        final Client client;
        final String target;
        final String room;
        long afterMillis;

        Sender(HubHarness hub, Shared shared, int number) {
            this.client = shared.client(hub, number);
            this.room = shared.room(number);
            client.join(room);
            Client friend = hub.client();
            friend.join(room);
            target = friend.peer();
        }

        /** How many of so many are taken at once, up to the first that is not. */
        int sent(int attempts) {
            for (int i = 0; i < attempts; i++) {
                if (client.closed() != null) {
                    return i;
                }
                client.send(HubHarness.sigMessage(client.id(), target, room, "v=0"));
                if (client.closed() != null) {
                    return i;
                }
                ServerMessage answer =
                        client.take().stream().reduce((first, last) -> last).orElseThrow();
                if (answer instanceof ServerMessage.Err) {
                    afterMillis = checkedAfter(answer);
                    return i;
                }
            }
            return attempts;
        }
    }

    /** A client that joins and leaves, again and again. */
    private static final class Joiner {

        final Client client;
        final String room;
        long afterMillis;

        Joiner(HubHarness hub, Shared shared, int number) {
            client = shared.client(hub, number);
            room = shared.room(number);
        }

        int joined(int attempts) {
            for (int i = 0; i < attempts; i++) {
                ServerMessage answer = client.ask(new ClientMessage.Join(client.id(), room, null, Meta.EMPTY, NO_GOT));
                if (answer instanceof ServerMessage.Err) {
                    afterMillis = checkedAfter(answer);
                    return i;
                }
                client.leave(room);
            }
            return attempts;
        }
    }

    private static long checkedAfter(ServerMessage answer) {
        assertThat(errorOf(answer)).isEqualTo(ErrorCode.RATE_LIMITED);
        ServerMessage.Err error = (ServerMessage.Err) answer;
        assertThat(error.retry()).isTrue();
        assertThat(error.afterMillis()).isBetween(1L, 1_000 / RATE + MOST_SPREAD_MILLIS);
        return error.afterMillis();
    }
}
