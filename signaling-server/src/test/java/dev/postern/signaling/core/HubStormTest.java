package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubHarness.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Security case 23: everybody comes at once, each says hello again when it was told to, and all are in as soon as the rate lets them. */
class HubStormTest {

    private static final int CLIENTS = 5_000;
    private static final int PER_SECOND = SignalingLimit.HELLOS_PER_SECOND.standard();
    private static final int BURST = PER_SECOND / Turnstile.BURSTS_PER_SECOND;
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final HubHarness hub = HubHarness.standard();
    private final Set<Long> turns = new HashSet<>();

    /** A client's next attempt. */
    private record Attempt(long atNanos, int order, Client client, boolean isNew) implements Comparable<Attempt> {

        @Override
        public int compareTo(Attempt other) {
            return atNanos == other.atNanos
                    ? Integer.compare(order, other.order)
                    : Long.compare(atNanos, other.atNanos);
        }
    }

    @Test
    void c23_fiveThousandNewClientsAtOnceAreAllInWithinTheTimeOfTheRate() {
        List<Long> inAfterNanos = storm(clientsWithoutSession(CLIENTS), List.of());
        // Those who begin leave half of the burst to those who go on.
        assertAllCameAtTheRate(inAfterNanos, CLIENTS, BURST / 2);
        assertThat(hub.count(SignalingCounter.HELLOS_DEFERRED)).isEqualTo(CLIENTS - BURST / 2);
        assertThat(turns).as("different milliseconds to come again").hasSize(CLIENTS - BURST / 2);
    }

    @Test
    void c23_fiveThousandClientsThatReconnectAtOnceAllGoOnWithTheirSessionsWithinTheTimeOfTheRate() {
        List<Client> clients = clientsThatLostTheirConnection(CLIENTS);
        List<Long> inAfterNanos = storm(List.of(), clients);
        assertAllCameAtTheRate(inAfterNanos, CLIENTS, BURST);
        assertThat(turns).as("different milliseconds to come again").hasSize(CLIENTS - BURST);
        assertThat(hub.count(SignalingCounter.SESSIONS_RESUMED)).isEqualTo(CLIENTS);
        assertThat(hub.count(SignalingCounter.SESSIONS_ENDED)).isZero();
    }

    @Test
    void c23_sessionsThatGoOnAreInBeforeThoseThatBeginAtTheSameTime() {
        int each = CLIENTS / 2;
        List<Client> old = clientsThatLostTheirConnection(each);
        storm(clientsWithoutSession(each), old);
        assertThat(newInBeforeLastResume).isLessThanOrEqualTo(BURST / 2);
        assertThat(hub.count(SignalingCounter.SESSIONS_RESUMED)).isEqualTo(each);
        assertThat(hub.count(SignalingCounter.SESSIONS_STARTED)).isEqualTo(2 * each);
    }

    /** In full rooms, where each hears of all others that they are lost and back, and how often it has to knock is the storm's. */
    @Test
    void c23_whatEachIsToldIsBoundedByItsRoomAndNotByTheStorm() {
        int perRoom = SignalingLimit.PEERS_PER_ROOM.standard();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = hub.client();
            client.join("r" + i / perRoom);
            clients.add(client);
            hub.advance(Duration.ofMillis(2));
        }
        clients.forEach(Client::drop);
        clients.forEach(Client::take);
        told = 0;
        hub.advance(Duration.ofSeconds(1));
        storm(List.of(), clients);
        assertThat(hub.count(SignalingCounter.SESSIONS_RESUMED)).isEqualTo(CLIENTS);
        clients.forEach(client -> told += client.take().size());
        int othersJoinsLossesAndReturns = 3 * (perRoom - 1);
        int ownJoinWelcomeAndRefusals = 2 + 2;
        assertThat(told)
                .isGreaterThan(CLIENTS * 2)
                .isLessThanOrEqualTo(CLIENTS * (othersJoinsLossesAndReturns + ownJoinWelcomeAndRefusals));
    }

    @Test
    void c23_aWrongResumeGoesNoSoonerThanANewSession() {
        Client old = hub.client();
        ClientMessage.Resume ticket = old.ticket(0);
        ClientMessage.Resume wrong = new ClientMessage.Resume(ticket.sid(), "guessed", ticket.epoch(), 0);
        int in = 0;
        ErrorCode refused = null;
        while (refused == null) {
            Client guesser = hub.silentClient();
            guesser.knock(wrong);
            ServerMessage answer = guesser.takeOne();
            in += answer instanceof ServerMessage.Welcome ? 1 : 0;
            refused = answer instanceof ServerMessage.Err ? errorOf(answer) : null;
        }
        assertThat(refused).isEqualTo(ErrorCode.SERVER_BUSY);
        assertThat(in).isEqualTo(BURST / 2 - 1);
        assertThat(old.resume(0).resumed()).isTrue();
    }

    @Test
    void c23_joinsBeyondTheRateOfTheServerAreToldDifferentTimes() {
        HubHarness small = new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.JOINS_PER_SECOND, 100)
                .build());
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(small.client());
        }
        Set<Long> afters = new HashSet<>();
        PriorityQueue<Attempt> waiting = new PriorityQueue<>();
        clients.forEach(client -> waiting.add(new Attempt(small.now, waiting.size(), client, true)));
        int joined = 0;
        while (!waiting.isEmpty()) {
            Attempt next = waiting.remove();
            small.advance(Duration.ofNanos(next.atNanos() - small.now));
            ServerMessage answer = next.client()
                    .ask(new ClientMessage.Join(
                            next.client().id(), "r" + next.order(), null, Meta.EMPTY, ClientMessage.NO_GOT));
            if (answer instanceof ServerMessage.Err error) {
                assertThat(errorOf(answer)).isEqualTo(ErrorCode.SERVER_BUSY);
                assertThat(afters.add(error.afterMillis())).isTrue();
                waiting.add(new Attempt(small.now + error.afterMillis() * MILLI, next.order(), next.client(), true));
            } else {
                joined++;
            }
        }
        assertThat(joined).isEqualTo(100);
        assertThat(small.count(SignalingCounter.JOINS_DEFERRED)).isEqualTo(75);
        assertThat(small.now).isLessThan(Duration.ofMillis(760).toNanos());
    }

    private int newInBeforeLastResume;
    private int told;

    /** All knock at once; answers after how long each was in. */
    private List<Long> storm(List<Client> fresh, List<Client> old) {
        long start = hub.now;
        PriorityQueue<Attempt> waiting = new PriorityQueue<>();
        fresh.forEach(client -> waiting.add(new Attempt(start, waiting.size(), client, true)));
        old.forEach(client -> waiting.add(new Attempt(start, waiting.size(), client, false)));
        List<Long> in = new ArrayList<>();
        int newIn = 0;
        while (!waiting.isEmpty()) {
            Attempt next = waiting.remove();
            hub.advance(Duration.ofNanos(next.atNanos() - hub.now));
            ServerMessage answer = knock(next);
            if (answer instanceof ServerMessage.Welcome welcome) {
                assertThat(welcome.resumed()).isEqualTo(!next.isNew());
                in.add(hub.now - start);
                newIn += next.isNew() ? 1 : 0;
                newInBeforeLastResume = next.isNew() ? newInBeforeLastResume : newIn;
            } else {
                assertThat(errorOf(answer)).isEqualTo(ErrorCode.SERVER_BUSY);
                long afterMillis = ((ServerMessage.Err) answer).afterMillis();
                turns.add((hub.now - start) / MILLI + afterMillis);
                waiting.add(new Attempt(hub.now + afterMillis * MILLI, next.order(), next.client(), next.isNew()));
            }
        }
        return in;
    }

    /** As our clients do, which give up a connection on which their hello was refused. */
    private ServerMessage knock(Attempt attempt) {
        Client client = attempt.client();
        client.drop();
        client.reopen();
        client.knock(attempt.isNew() ? null : client.ticket(0));
        List<ServerMessage> answers = client.take();
        told += answers.size();
        return answers.get(0);
    }

    private static void assertAllCameAtTheRate(List<Long> inAfterNanos, int clients, int atOnce) {
        assertThat(inAfterNanos).hasSize(clients);
        assertThat(inAfterNanos.stream().filter(nanos -> nanos == 0)).hasSize(atOnce);
        long asTheRateSays = (clients - atOnce) * Duration.ofSeconds(1).toNanos() / PER_SECOND;
        assertThat(inAfterNanos.get(clients - 1)).isBetween(asTheRateSays - MILLI, asTheRateSays + 2 * MILLI);
    }

    private List<Client> clientsWithoutSession(int number) {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            clients.add(hub.silentClient());
        }
        return clients;
    }

    private List<Client> clientsThatLostTheirConnection(int number) {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            clients.add(hub.client());
            hub.advance(Duration.ofMillis(2));
        }
        clients.forEach(Client::drop);
        hub.advance(Duration.ofSeconds(1));
        return clients;
    }
}
