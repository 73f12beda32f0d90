package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Too long, too slow, too much and too many, at HTTP streams; the numbers are those of the security cases. */
class StreamAbuseIT {

    private static final String SDP = "x".repeat(20_000);

    private SignalingServer server = start(config());

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

    /** A stop does not wait for streams that nobody reads. */
    private static SignalingConfig.Builder config() {
        return SignalingConfig.builder().time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(20));
    }

    private static SignalingConfig.Builder fast() {
        return config().limit(SignalingLimit.MESSAGES_PER_SECOND, 100_000)
                .limit(SignalingLimit.ADDRESS_MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.ROOM_MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.MESSAGE_BURST, 100_000)
                .limit(SignalingLimit.SMALL_FRAMES_PER_SECOND, 100_000)
                .limit(SignalingLimit.SMALL_FRAME_BURST, 100_000);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private long count(SignalingCounter counter) {
        return server.counters().getOrDefault(counter, 0L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?after=-1",
                "?after=",
                "?after=x",
                "?after=1e3",
                "?after=9007199254740992",
                "?after=99999999999999999999",
                "?wait=-1",
                "?wait=x",
                "?after=%00",
                "?after=%ZZ",
                "?after=%"
            })
    void s08_numbersThatAreNoneAreABadRequest(String query) throws IOException {
        StreamPeer bob = StreamPeer.hello(server.uri());
        assertThat(bob.get(query)).startsWith("HTTP/1.1 400 ");
        assertThat(bob.poll(0)).isZero();
    }

    @Test
    void s08_indexBeyondWhatWasSentIsRefusedAndChangesNothing() throws IOException {
        StreamPeer bob = StreamPeer.hello(server.uri());
        assertThat(bob.get("?after=2")).startsWith("HTTP/1.1 410 ");
        assertThat(bob.get("?after=9007199254740991")).startsWith("HTTP/1.1 410 ");
        bob.join("r");
        assertThat(bob.next(ServerMessage.Ok.class).re()).isEqualTo(1);
    }

    @Test
    void s14_bodyThatAnnouncesTooMuchIsRefusedBeforeItComes() throws IOException {
        for (String length : List.of("65537", "94371840", "2147483648", "9223372036854775807")) {
            assertThat(answerTo("Content-Type: application/json\nContent-Length: " + length))
                    .as(length)
                    .startsWith("HTTP/1.1 413 ")
                    .contains("\"reason\":\"too-large\"");
        }
    }

    @Test
    void s14_bodyInChunksIsRefusedWhenItIsTooLongWhateverItAnnounced() throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            raw.sendHead(
                    "POST",
                    StreamPeer.PATH,
                    "Origin: " + raw.origin() + "\nContent-Type: application/json\nTransfer-Encoding: chunked");
            raw.write("10001\r\n".getBytes(StandardCharsets.US_ASCII));
            raw.write(new byte[65_537]);
            raw.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(raw.readResponse()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void s14_longestMessageThatIsAllowedIsTaken() throws IOException {
        StreamPeer bob = StreamPeer.hello(server.uri());
        String start = "{\"t\":\"leave\",\"id\":1,\"room\":\"r\",\"x\":\"";
        String whole = start + "y".repeat(65_536 - start.length() - 2) + "\"}";
        assertThat(bob.post(whole)).startsWith("HTTP/1.1 204 ");
        assertThat(bob.next(ServerMessage.Err.class).name()).isEqualTo("not_joined");
        assertThat(bob.post(whole + " ")).startsWith("HTTP/1.1 413 ");
    }

    /** Silence after the announcement, and a byte now and then. */
    @Test
    void s14_s21_bodyThatDoesNotEndIsRefusedAtItsDeadline() throws Exception {
        restart(config().time(SignalingTime.MESSAGE_DEADLINE, Duration.ofSeconds(1)));
        StreamPeer bob = StreamPeer.hello(server.uri());
        for (String path : List.of(StreamPeer.PATH, bob.path())) {
            try (RawSocket dripping = RawSocket.connect(server.uri())) {
                dripping.sendHead(
                        "POST",
                        path,
                        "Origin: " + dripping.origin() + "\nContent-Type: application/json\nContent-Length: 60000");
                long startNanos = System.nanoTime();
                Await.until("the refusal", () -> {
                    try {
                        dripping.write(new byte[] {' '});
                    } catch (IOException e) {
                        return true;
                    }
                    return System.nanoTime() - startNanos
                            > Duration.ofSeconds(2).toNanos();
                });
                assertThat(dripping.readResponse()).startsWith("HTTP/1.1 408 ");
            }
        }
        assertThat(bob.post("[]")).as("the place of the POST that did not end").startsWith("HTTP/1.1 204 ");
    }

    @Test
    void s21_streamThatNeverSaysHelloIsClosed() throws Exception {
        restart(config().time(SignalingTime.HELLO_DEADLINE, Duration.ofMillis(300)));
        StreamPeer.open(server.uri(), "{\"t\":\"ping\",\"ts\":1}");
        Await.until("the close", () -> count(SignalingCounter.CONNECTIONS_CLOSED) == 1);
        assertThat(count(SignalingCounter.CLOSED_HELLO_TIMEOUT)).isEqualTo(1);
    }

    @Test
    void s18_messagesAreBoundedPerStreamByBurstAndRefillThenClosed() throws Exception {
        restart(config().time(SignalingTime.CLOSE_DEADLINE, Duration.ofSeconds(20))
                .limit(SignalingLimit.MESSAGES_PER_SECOND, 2)
                .limit(SignalingLimit.MESSAGE_BURST, 10));
        StreamPeer bob = StreamPeer.hello(server.uri());
        bob.post(pings(30));
        bob.poll(0);
        assertThat(bob.takeAll(ServerMessage.Pong.class))
                .as("the burst but for the hello")
                .isBetween(9, 13);
        ServerMessage.Err error = bob.next(ServerMessage.Err.class);
        assertThat(error.name()).isEqualTo("rate_limited");
        assertThat(error.afterMillis()).isPositive();
        long refilledNanos =
                System.nanoTime() + Duration.ofMillis(error.afterMillis()).toNanos();
        Await.until("a refilled token", () -> System.nanoTime() - refilledNanos > 0);
        bob.post(pings(1));
        assertThat(bob.next(ServerMessage.Pong.class).ts()).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            bob.post(pings(64));
        }
        assertThat(bob.next(ServerMessage.Bye.class).code()).isEqualTo(4429);
    }

    private static String pings(int count) {
        return "[" + "{\"t\":\"ping\",\"ts\":1},".repeat(count - 1) + "{\"t\":\"ping\",\"ts\":2}]";
    }

    private static void post(StreamPeer peer, String text) {
        try {
            peer.post(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void s18_requestsThatCarryNothingAreBoundedToo() throws Exception {
        restart(config().limit(SignalingLimit.SMALL_FRAMES_PER_SECOND, 10).limit(SignalingLimit.SMALL_FRAME_BURST, 20));
        StreamPeer bob = StreamPeer.hello(server.uri());
        Await.until("the close of a stream that is asked all the time", () -> {
            post(bob, "[]");
            return count(SignalingCounter.CLOSED_FLOOD) == 1;
        });
    }

    @Test
    void s18_arrayOfMoreMessagesThanAllowedIsRefusedAsAWhole() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        assertThat(bob.post("[" + "{\"t\":\"leave\",\"id\":1,\"room\":\"r\"},".repeat(64) + "null]"))
                .startsWith("HTTP/1.1 413 ")
                .contains("batch-too-long");
        assertThat(bob.poll(0)).isZero();
    }

    @Test
    void s19_readerOfEventsWhoStopsIsClosedCostsABoundedQueueAndHoldsNobodyUp() throws Exception {
        restart(fast());
        StreamPeer ann = StreamPeer.hello(server.uri());
        StreamPeer slow = StreamPeer.hello(server.uri());
        ann.join("r");
        slow.join("r");
        String slowPeer = ann.next(ServerMessage.PeerChange.class).peer().id();
        try (RawSocket raw = RawSocket.connectWithSmallBuffer(server.uri())) {
            slow.askForEvents(raw, "Last-Event-ID: " + slow.after());
            slow.readEvent(raw);
            long id = 100;
            while (count(SignalingCounter.CLOSED_SLOW) == 0) {
                assertThat(id).as("messages of 20 kB that nobody reads").isLessThan(2_000);
                ann.send(offer(id++, slowPeer));
                ann.next(ServerMessage.Ok.class);
            }
            assertThat(ann.next(ServerMessage.PeerChange.class).event()).isEqualTo(PeerEvent.LOST);
            Await.until("the cut", () -> count(SignalingCounter.CONNECTIONS_CLOSED) == 1);
        }
    }

    /** Nothing is written at all: the queue fills, and the client that comes at last learns why. */
    @Test
    void s19_s20_clientThatDoesNotPollIsClosedAndResumesWithNothingLost() throws Exception {
        restart(fast().limit(SignalingLimit.RESUME_MESSAGES, 100)
                .limit(SignalingLimit.QUEUE_MESSAGES, 102)
                .time(SignalingTime.CLOSE_DEADLINE, Duration.ofSeconds(20)));
        StreamPeer ann = StreamPeer.hello(server.uri());
        StreamPeer bob = StreamPeer.hello(server.uri());
        ServerMessage.Welcome welcome = bob.welcome();
        ann.join("r");
        bob.join("r");
        String to = ann.next(ServerMessage.PeerChange.class).peer().id();
        int sent = 0;
        while (count(SignalingCounter.CLOSED_SLOW) == 0) {
            assertThat(sent).as("messages that nobody fetches").isLessThan(110);
            ann.send(new ClientMessage.Sig(
                    100 + sent, to, "r", sent, 1, new Description(SdpType.OFFER, "x"), ClientMessage.NO_GOT));
            ann.next(ServerMessage.Ok.class);
            sent++;
        }
        ServerMessage.Bye bye = bob.next(ServerMessage.Bye.class);
        assertThat(bye.code()).isEqualTo(4408);
        StreamPeer back = StreamPeer.hello(
                server.uri(), new ClientMessage.Resume(welcome.sid(), welcome.resume(), welcome.epoch(), 13));
        assertThat(back.welcome().resumed()).isTrue();
        for (int i = 12; i < sent; i++) {
            assertThat(back.next(ServerMessage.Sig.class).neg()).isEqualTo(i);
        }
        back.delete();
        ann.delete();
    }

    private static ClientMessage.Sig offer(long id, String to) {
        return new ClientMessage.Sig(id, to, "r", 1, 1, new Description(SdpType.OFFER, SDP), ClientMessage.NO_GOT);
    }

    @Test
    void s26_hugeDescriptionsAndCandidateListsAreRefusedUnread() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        String sdp =
                "{\"t\":\"sig\",\"id\":1,\"to\":\"p\",\"room\":\"r\",\"neg\":1,\"gen\":1,\"d\":{\"type\":\"offer\",\"sdp\":\"";
        assertThat(answerTo(bob.path(), "Content-Type: application/json\nContent-Length: 1048576"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(bob.post(sdp + "m=audio 9\\r\\n".repeat(1_000) + "\"}}")).startsWith("HTTP/1.1 204 ");
        assertThat(bob.next(ServerMessage.Err.class).name()).isEqualTo("not_joined");
        assertThat(bob.post("{\"t\":\"ice\",\"id\":2,\"to\":\"p\",\"room\":\"r\",\"gen\":1,\"c\":["
                        + "{\"candidate\":\"x\"},".repeat(300) + "{\"candidate\":\"x\"}]}"))
                .startsWith("HTTP/1.1 204 ");
        assertThat(bob.next(ServerMessage.Err.class).name()).isEqualTo("bad_field");
        bob.post("{\"t\":\"ice\",\"id\":3,\"to\":\"p\",\"room\":\"r\",\"gen\":1,"
                + "\"c\":[{\"candidate\":\"candidate:1 1 udp 1 169.254.169.254 80 typ host\"}]}");
        assertThat(bob.next(ServerMessage.Err.class).name()).isEqualTo("not_joined");
    }

    /** Streams and WebSockets of an address are counted together, whatever a header says of where a request comes from. */
    @Test
    void s28_streamsCountWithTheSocketsOfTheirAddressAndForwardedHeadersAreIgnored() throws Exception {
        restart(config().limit(SignalingLimit.CONNECTIONS_PER_ADDRESS, 3));
        StreamPeer first = StreamPeer.hello(server.uri());
        StreamPeer.hello(server.uri());
        try (RawSocket socket = RawSocket.hello(server.uri())) {
            socket.text("{\"t\":\"ping\",\"ts\":1}");
            socket.readUntil("pong");
            for (String header :
                    List.of("X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.2", "X-Real-IP: 192.0.2.3")) {
                assertThat(answerTo("Content-Type: application/json\nContent-Length: 0\n" + header))
                        .startsWith("HTTP/1.1 429 ")
                        .contains("\"reason\":\"rate-limited\"");
            }
        }
        first.delete();
        Await.until("the place of a stream that was deleted", () -> {
            try {
                return StreamPeer.open(server.uri(), "{\"t\":\"hello\",\"v\":1}")
                        .startsWith("HTTP/1.1 201 ");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void streamsAndUnfinishedBodiesAreBoundedInTotalAndPerAddress() throws Exception {
        restart(config().limit(SignalingLimit.STREAMS, 2).limit(SignalingLimit.BODIES_PER_ADDRESS, 2));
        StreamPeer bob = StreamPeer.hello(server.uri());
        List<RawSocket> unfinished = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                RawSocket raw = RawSocket.connect(server.uri());
                unfinished.add(raw);
                begin(raw, StreamPeer.PATH, 10);
            }
            assertThat(bob.post("[]")).startsWith("HTTP/1.1 429 ").contains("too-many-bodies");
        } finally {
            for (RawSocket raw : unfinished) {
                raw.close();
            }
        }
        Await.until("the places of bodies that will not come", () -> {
            try {
                return bob.post("[]").startsWith("HTTP/1.1 204 ");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        StreamPeer.hello(server.uri());
        assertThat(StreamPeer.open(server.uri(), "{\"t\":\"hello\",\"v\":1}"))
                .startsWith("HTTP/1.1 503 ")
                .contains("\"reason\":\"server-busy\"");
    }

    @Test
    void secondPostWhileOneIsUnderWayIsRefused() throws Exception {
        StreamPeer bob = StreamPeer.hello(server.uri());
        try (RawSocket slow = RawSocket.connect(server.uri())) {
            begin(slow, bob.path(), 2);
            assertThat(bob.post("[]")).startsWith("HTTP/1.1 409 ");
            slow.write("[]".getBytes(StandardCharsets.US_ASCII));
            assertThat(slow.readResponse()).startsWith("HTTP/1.1 204 ");
        }
        assertThat(bob.post("[]")).startsWith("HTTP/1.1 204 ");
    }

    /** Sends the head of a POST, and comes back when the server waits for its body. */
    private static void begin(RawSocket raw, String path, int length) throws IOException {
        String headers = "Origin: " + raw.origin() + "\nContent-Type: application/json\nExpect: 100-continue";
        raw.sendHead("POST", path, headers + "\nContent-Length: " + length);
        assertThat(raw.readHead()).startsWith("HTTP/1.1 100 ");
    }

    private String answerTo(String headers) throws IOException {
        return answerTo(StreamPeer.PATH, headers);
    }

    private String answerTo(String path, String headers) throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            raw.sendHead("POST", path, "Origin: " + raw.origin() + "\n" + headers);
            return raw.readResponse();
        }
    }
}
