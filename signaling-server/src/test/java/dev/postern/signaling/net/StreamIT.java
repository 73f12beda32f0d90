package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HTTP streams: POST in, an event stream or polls out. */
class StreamIT {

    private static final long NO_GOT = ClientMessage.NO_GOT;
    private static final WebSocketClient CLIENT = new WebSocketClient();

    private SignalingServer server = start(config());

    @BeforeAll
    static void startClient() throws Exception {
        CLIENT.start();
    }

    @AfterAll
    static void stopClient() throws Exception {
        CLIENT.stop();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A stop does not wait for streams that nobody reads. */
    private static SignalingConfig.Builder config() {
        return SignalingConfig.builder().time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(20));
    }

    /** Where a goodbye is to be fetched, however busy the machine. */
    private static SignalingConfig.Builder patient() {
        return config().time(SignalingTime.CLOSE_DEADLINE, Duration.ofSeconds(20));
    }

    private static SignalingServer start(SignalingConfig.Builder builder) {
        try {
            return SignalingServer.start(builder.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restart(SignalingConfig.Builder builder) {
        server.close();
        server = start(builder);
    }

    private JettyPeer socketPeer() throws Exception {
        return new JettyPeer(CLIENT, server.socketUri()).hello();
    }

    @Test
    void openingAnswersWithTheWelcomeWhichNamesTheCarriers() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        ServerMessage.Welcome welcome = bob.welcome();
        assertThat(welcome.resumed()).isFalse();
        assertThat(welcome.caps()).contains("sse", "long-poll");
        assertThat(bob.after()).isEqualTo(1);
        assertThat(server.counters())
                .containsEntry(SignalingCounter.STREAMS_OPENED, 1L)
                .containsEntry(SignalingCounter.CONNECTIONS_OPENED, 1L);
    }

    @Test
    void answersHaveTheHeadersThatProxiesAndBrowsersNeed() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        assertThat(bob.get("?after=0"))
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Type: application/json", "Cache-Control: no-store", "Vary: Origin");
        try (RawSocket events = bob.events("Last-Event-ID: 0")) {
            assertThat(events.readHead())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Content-Type: text/event-stream", "Cache-Control: no-store", "X-Accel-Buffering: no");
        }
    }

    @Test
    void messagesComeByPostAndGoOutByPolling() throws Exception {
        StreamPeer ann = StreamPeer.hello(server.uri());
        StreamPeer bob = StreamPeer.hello(server.uri());
        ann.join("r");
        assertThat(ann.next(ServerMessage.Ok.class).re()).isEqualTo(1);
        bob.join("r");
        assertThat(bob.next(ServerMessage.Ok.class).joined()).isNotNull();
        ServerMessage.PeerChange joined = ann.next(ServerMessage.PeerChange.class);
        assertThat(joined.event()).isEqualTo(PeerEvent.JOIN);

        assertThat(ann.post("[" + sig(2, joined.peer().id(), 1) + ","
                        + sig(3, joined.peer().id(), 2) + "]"))
                .startsWith("HTTP/1.1 204 ");
        assertThat(bob.next(ServerMessage.Sig.class).neg()).isEqualTo(1);
        assertThat(bob.next(ServerMessage.Sig.class).neg()).isEqualTo(2);
    }

    @Test
    void lostAnswerLosesNothingBecauseWhatWasNotConfirmedIsGivenAgain() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        bob.join("r");
        String lost = bob.get("?after=1&wait=20000");
        assertThat(lost).contains("\"i\":2", "\"re\":1");
        assertThat(bob.get("?after=1&wait=20000")).endsWith(lost.substring(lost.indexOf("\r\n\r\n")));
        assertThat(bob.get("?after=2")).endsWith("\r\n\r\n[]");
        assertThat(bob.get("?after=1")).startsWith("HTTP/1.1 410 ").contains("\"reason\":\"messages-gone\"");
    }

    @Test
    void pollWaitsForAMessageNoLongerThanItWasToldTo() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        long startNanos = System.nanoTime();
        assertThat(bob.poll(300)).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThan(Duration.ofMillis(290));

        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> get(bob, "?after=1&wait=20000"));
        Await.until("the poll at the server", () -> requests() >= 3);
        assertThat(waiting).isNotDone();
        bob.join("r");
        assertThat(waiting.get(20, TimeUnit.SECONDS)).contains("\"re\":1");
    }

    /** Requests that the server has begun to answer show in what it has sent; the third is the poll that waits. */
    private long requests() {
        return server.counters().getOrDefault(SignalingCounter.STREAM_REQUESTS, 0L);
    }

    private static String get(StreamPeer peer, String query) {
        try {
            return peer.get(query);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eventStreamBringsEachMessageUnderItsIndexAndAReconnectWhatCameAfter() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        try (RawSocket events = bob.events("Last-Event-ID: 1")) {
            bob.join("r");
            bob.readEvent(events);
            assertThat(bob.after()).isEqualTo(2);
            assertThat(bob.next(ServerMessage.Ok.class).re()).isEqualTo(1);
        }
        bob.join("s"); // nobody reads this one's answer yet
        try (RawSocket events = bob.events("Last-Event-ID: 1")) {
            bob.readEvent(events);
            bob.readEvent(events);
            assertThat(bob.after()).isEqualTo(3);
            assertThat(bob.next(ServerMessage.Ok.class).re()).isEqualTo(1);
            assertThat(bob.next(ServerMessage.Ok.class).re()).isEqualTo(2);
        }
    }

    @Test
    void commentsKeepAnEventStreamOpenOnWhichNothingElseIsSent() throws Exception {
        restart(config().time(SignalingTime.KEEP_ALIVE_EVERY, Duration.ofMillis(100)));
        StreamPeer bob = StreamPeer.hello(server.uri());
        try (RawSocket events = bob.events("Last-Event-ID: 1")) {
            for (int i = 0; i < 3; i++) {
                assertThat(events.readLine(":")).isEmpty();
            }
        }
    }

    /** Jetty would end a connection on which nothing happens for as long as a request may take to come. */
    @Test
    void waitingRequestsAreNotUnderTheDeadlineOfTheRequest() throws Exception {
        restart(config().time(SignalingTime.UPGRADE_DEADLINE, Duration.ofMillis(1_500)));
        StreamPeer bob = StreamPeer.hello(server.uri());
        assertThat(bob.poll(2_500)).isZero();
        try (RawSocket events = bob.events("Last-Event-ID: 1");
                RawSocket timer = RawSocket.connect(server.uri())) {
            assertThat(timer.readToEnd()).isNotNull();
            bob.join("r");
            bob.readEvent(events);
            assertThat(bob.next(ServerMessage.Ok.class).re()).isEqualTo(1);
        }
    }

    @Test
    void secondGetTakesThePlaceOfTheFirst() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        try (RawSocket first = bob.events("Last-Event-ID: 1")) {
            first.readLine(":");
            try (RawSocket second = bob.events("Last-Event-ID: 1")) {
                assertThat(first.readLine("0")).as("the last chunk").isEmpty();
                bob.join("r");
                bob.readEvent(second);
            }
        }
    }

    /** Security case 8: a POST whose answer was lost is sent again. */
    @Test
    void s08_sameRequestByTwoPostsHasOneEffectAndTheSameAnswer() throws Exception {
        StreamPeer ann = StreamPeer.hello(server.uri());
        StreamPeer bob = StreamPeer.hello(server.uri());
        ann.join("r");
        bob.join("r");
        ServerMessage.PeerChange joined = ann.next(ServerMessage.PeerChange.class);
        for (int i = 0; i < 2; i++) {
            assertThat(ann.post(sig(2, joined.peer().id(), 7))).startsWith("HTTP/1.1 204 ");
        }
        ann.post(sig(3, joined.peer().id(), 8));
        assertThat(bob.next(ServerMessage.Sig.class).neg()).isEqualTo(7);
        assertThat(bob.next(ServerMessage.Sig.class).neg()).isEqualTo(8);
        assertThat(server.counters()).containsEntry(SignalingCounter.ANSWERS_REPEATED, 1L);
    }

    /** From a WebSocket to events, to polls and back, a message before, within and after each hop. */
    @Test
    void sessionHopsFromCarrierToCarrierAndNothingIsLostOrDoubled() throws Exception {
        restart(patient());
        try (JettyPeer ann = socketPeer();
                JettyPeer bob = socketPeer()) {
            ann.join("r");
            bob.join("r");
            String to = bob.peer();
            tell(ann, to, 1);
            assertThat(bob.next(ServerMessage.Sig.class).neg()).isEqualTo(1);
            bob.cut();
            tell(ann, to, 2);

            StreamPeer events = StreamPeer.hello(server.uri(), bob.ticket(2));
            ServerMessage.Welcome first = events.welcome();
            assertThat(first.resumed()).isTrue();
            assertThat(first.peer()).isEqualTo(to);
            try (RawSocket raw = events.events("Last-Event-ID: " + events.after())) {
                tell(ann, to, 3);
                while (events.after() < 3) {
                    events.readEvent(raw);
                }
            }
            assertThat(events.next(ServerMessage.Sig.class).neg()).isEqualTo(2);
            assertThat(events.next(ServerMessage.Sig.class).neg()).isEqualTo(3);
            tell(ann, to, 4); // is in the mailbox of a stream that is given up

            StreamPeer polls = StreamPeer.hello(server.uri(), ticket(first, 4));
            ServerMessage.Welcome second = polls.welcome();
            assertThat(second.resumed()).isTrue();
            assertThat(events.next(ServerMessage.Bye.class).code()).isEqualTo(4502);
            tell(ann, to, 5);
            assertThat(polls.next(ServerMessage.Sig.class).neg()).isEqualTo(4);
            assertThat(polls.next(ServerMessage.Sig.class).neg()).isEqualTo(5);

            try (JettyPeer back = new JettyPeer(CLIENT, server.socketUri()).hello(ticket(second, 6))) {
                assertThat(back.known().resumed()).isTrue();
                tell(ann, to, 6);
                assertThat(back.next(ServerMessage.Sig.class).neg()).isEqualTo(6);
                assertThat(polls.next(ServerMessage.Bye.class).code()).isEqualTo(4502);
            }
        }
        assertThat(server.counters()).containsEntry(SignalingCounter.SESSIONS_RESUMED, 3L);
    }

    @Test
    void aHelloThatALaterOneHasOvertakenGetsItsGoodbyeAndTheSessionStays() throws Exception {
        restart(patient());
        StreamPeer first = StreamPeer.hello(server.uri());
        ClientMessage.Resume ticket = ticket(first.welcome(), 0);
        StreamPeer bob = StreamPeer.hello(server.uri(), attempt(2, ticket));
        assertThat(bob.welcome().resumed()).isTrue();
        StreamPeer late = StreamPeer.hello(server.uri(), attempt(1, ticket));
        assertThat(late.next(ServerMessage.Bye.class)).isEqualTo(new ServerMessage.Bye(4409, Advice.RESUME, 0));
        bob.join("r");
        assertThat(bob.next(ServerMessage.Ok.class).re()).isEqualTo(1);
        assertThat(first.next(ServerMessage.Bye.class).code()).isEqualTo(4502);
        bob.delete();
    }

    private static ClientMessage.Resume attempt(long number, ClientMessage.Resume ticket) {
        return new ClientMessage.Resume(ticket.sid(), ticket.secret(), ticket.epoch(), ticket.got(), number);
    }

    private static ClientMessage.Resume ticket(ServerMessage.Welcome welcome, long got) {
        return new ClientMessage.Resume(welcome.sid(), welcome.resume(), welcome.epoch(), got);
    }

    private static void tell(JettyPeer from, String to, int negotiation) throws InterruptedException {
        from.send(new ClientMessage.Sig(
                100 + negotiation, to, "r", negotiation, 1, new Description(SdpType.OFFER, "x"), NO_GOT));
        from.next(ServerMessage.Ok.class);
    }

    private static String sig(long id, String to, int negotiation) {
        return "{\"t\":\"sig\",\"id\":" + id + ",\"to\":\"" + to + "\",\"room\":\"r\",\"neg\":" + negotiation
                + ",\"gen\":1,\"d\":{\"type\":\"offer\",\"sdp\":\"x\"}}";
    }

    @Test
    void deletedStreamLeavesItsRoomsAtOnce() throws Exception {
        try (JettyPeer ann = socketPeer()) {
            ann.join("r");
            StreamPeer bob = StreamPeer.hello(server.uri());
            bob.join("r");
            ann.nextChange();
            try (RawSocket events = bob.events("Last-Event-ID: 1")) {
                bob.readEvent(events);
                assertThat(bob.delete()).startsWith("HTTP/1.1 204 ");
                events.readLine("0");
            }
            ServerMessage.PeerChange left = ann.nextChange();
            assertThat(left.event()).isEqualTo(PeerEvent.LEAVE);
            assertThat(left.why()).isEqualTo(LeaveReason.CLOSED);
            assertThat(bob.get("")).startsWith("HTTP/1.1 404 ");
            assertThat(bob.delete()).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void streamThatNobodyFetchesIsLostThoughItPostsAndItsSessionIsResumedElsewhere() throws Exception {
        restart(config().time(SignalingTime.HEARTBEAT_EVERY, Duration.ofMillis(500))
                .time(SignalingTime.HEARTBEAT_DEAD, Duration.ofMillis(600)));
        StreamPeer bob = StreamPeer.hello(server.uri());
        ServerMessage.Welcome welcome = bob.welcome();
        long[] id = {10};
        Await.until("the loss of a stream that only posts", () -> {
            post(bob, "{\"t\":\"ping\",\"ts\":" + id[0]++ + "}");
            return server.counters().getOrDefault(SignalingCounter.SESSIONS_LOST, 0L) == 1;
        });
        assertThat(server.counters()).containsEntry(SignalingCounter.CLOSED_HEARTBEAT, 1L);
        StreamPeer back = StreamPeer.hello(server.uri(), ticket(welcome, 0));
        assertThat(back.welcome().resumed()).isTrue();
    }

    private static void post(StreamPeer peer, String text) {
        try {
            peer.post(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void serverPingsAndOnlyAClientThatAnswersByPostLives() throws Exception {
        restart(patient()
                .time(SignalingTime.HEARTBEAT_EVERY, Duration.ofMillis(300))
                .time(SignalingTime.HEARTBEAT_DEAD, Duration.ofSeconds(2)));
        StreamPeer bob = StreamPeer.hello(server.uri());
        for (int i = 0; i < 8; i++) {
            bob.send(new ClientMessage.Pong(bob.next(ServerMessage.Ping.class).ts(), NO_GOT));
        }
        bob.join("r");
        assertThat(bob.next(ServerMessage.Ok.class).re()).isEqualTo(1);
        bob.delete();
        StreamPeer silent = StreamPeer.hello(server.uri());
        assertThat(silent.next(ServerMessage.Bye.class).code()).isEqualTo(4430);
        assertThat(silent.get("?after=" + silent.after())).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void stopSaysGoodbyeOnEveryCarrier() throws Exception {
        restart(patient());
        StreamPeer polling = StreamPeer.hello(server.uri());
        StreamPeer reading = StreamPeer.hello(server.uri());
        CompletableFuture<String> poll = CompletableFuture.supplyAsync(() -> get(polling, "?after=1&wait=20000"));
        try (RawSocket events = reading.events("Last-Event-ID: 1")) {
            events.readLine(":");
            Await.until("the poll at the server", () -> requests() >= 4);
            server.close();
            reading.readEvent(events);
            assertThat(reading.next(ServerMessage.Bye.class).code()).isEqualTo(4431);
            events.readLine("0");
        }
        assertThat(poll.get(20, TimeUnit.SECONDS)).contains("\"code\":4431");
        assertThat(server.counters()).containsEntry(SignalingCounter.CLOSES_FORCED, 0L);
    }

    @Test
    void firstMessageThatIsNoHelloIsAnsweredAndTheStreamMayStillSayHello() throws Exception {
        String response = StreamPeer.open(server.uri(), "{\"t\":\"ping\",\"ts\":1}");
        assertThat(response).startsWith("HTTP/1.1 201 ").contains("\"name\":\"hello_expected\"");
        assertThat(StreamPeer.open(server.uri(), "null")).contains("\"name\":\"bad_message\"");
    }
}
