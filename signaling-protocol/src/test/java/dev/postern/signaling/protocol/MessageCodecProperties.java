package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class MessageCodecProperties {

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);

    @Property(tries = 500)
    void aClientMessageSurvivesBeingWrittenAndRead(@ForAll("clientMessages") ClientMessage message) {
        assertThat(codec.decodeClient(codec.encodeText(message))).isEqualTo(new Decoded.Message<>(message));
    }

    @Property(tries = 500)
    void aServerMessageSurvivesBeingWrittenAndRead(@ForAll("serverMessages") ServerMessage message) {
        assertThat(codec.decodeServer(codec.encodeText(message))).isEqualTo(new Decoded.Message<>(message));
    }

    /** The schema knows what the codec writes. */
    @Property(tries = 500)
    void aClientMessageIsWrittenAsTheSchemaSays(@ForAll("clientMessages") ClientMessage message) throws IOException {
        assertThat(WireSchema.CLIENT.faults(Vectors.MAPPER.readTree(codec.encode(message))))
                .isEmpty();
    }

    @Property(tries = 500)
    void aServerMessageIsWrittenAsTheSchemaSays(@ForAll("serverMessages") ServerMessage message) throws IOException {
        assertThat(WireSchema.SERVER.faults(Vectors.MAPPER.readTree(codec.encode(message))))
                .isEmpty();
    }

    @Property(tries = 1000)
    void anyTextIsAMessageOrMalformedButNeverAnException(@ForAll String text) {
        assertThat(codec.decodeClient(text)).isNotNull();
        assertThat(codec.decodeServer(text)).isNotNull();
    }

    /** Cuts, doubles or overwrites a piece of a good message: whatever it becomes, reading it is a value. */
    @Property(tries = 1000)
    void anyMutationOfAMessageIsAMessageOrMalformedButNeverAnException(
            @ForAll("clientMessages") ClientMessage message, @ForAll int at, @ForAll int length, @ForAll String put) {
        String good = codec.encodeText(message);
        int from = Math.floorMod(at, good.length());
        int to = Math.min(good.length(), from + Math.floorMod(length, 8));
        String mutated = good.substring(0, from) + put + good.substring(to);
        Decoded<ClientMessage> decoded = codec.decodeClient(mutated);
        if (decoded instanceof Decoded.Message<ClientMessage> read) {
            assertThat(codec.decodeClient(codec.encodeText(read.message()))).isEqualTo(decoded);
        }
    }

    @Provide
    Arbitrary<ClientMessage> clientMessages() {
        Arbitrary<ClientMessage> hello = Combinators.combine(
                        integers(0).filter(v -> v <= Integer.MAX_VALUE),
                        texts().list().ofMaxSize(4),
                        optional(texts()),
                        resumes())
                .as((v, caps, token, resume) -> new ClientMessage.Hello(v.intValue(), caps, token, resume));
        Arbitrary<ClientMessage> join = Combinators.combine(integers(1), texts(), optional(texts()), metas(), gots())
                .as(ClientMessage.Join::new);
        Arbitrary<ClientMessage> leave =
                Combinators.combine(integers(1), texts(), gots()).as(ClientMessage.Leave::new);
        Arbitrary<ClientMessage> sig = Combinators.combine(
                        integers(1), texts(), texts(), integers(0), integers(0), descriptions(), gots())
                .as(ClientMessage.Sig::new);
        Arbitrary<ClientMessage> ice = Combinators.combine(
                        integers(1),
                        texts(),
                        texts(),
                        integers(0),
                        candidates().list().ofMaxSize(4),
                        Arbitraries.of(true, false),
                        gots())
                .as(ClientMessage.Ice::new);
        Arbitrary<ClientMessage> auth =
                Combinators.combine(integers(1), texts(), gots()).as(ClientMessage.Auth::new);
        Arbitrary<ClientMessage> kick =
                Combinators.combine(integers(1), texts(), texts(), gots()).as(ClientMessage.Kick::new);
        Arbitrary<ClientMessage> lock = Combinators.combine(integers(1), texts(), Arbitraries.of(true, false), gots())
                .as(ClientMessage.Lock::new);
        Arbitrary<ClientMessage> ack = integers(0).map(ClientMessage.Ack::new);
        Arbitrary<ClientMessage> ping = Combinators.combine(integers(0), gots()).as(ClientMessage.Ping::new);
        Arbitrary<ClientMessage> pong = Combinators.combine(integers(0), gots()).as(ClientMessage.Pong::new);
        return Arbitraries.oneOf(hello, join, leave, sig, ice, auth, kick, lock, ack, ping, pong);
    }

    @Provide
    Arbitrary<ServerMessage> serverMessages() {
        Arbitrary<ServerMessage> ok =
                Combinators.combine(integers(1), optional(joined())).as(ServerMessage.Ok::new);
        Arbitrary<ServerMessage> err = Combinators.combine(
                        optional(integers(1)), Arbitraries.of(ErrorCode.class), integers(0), texts())
                .as(ServerMessage.Err::of);
        Arbitrary<ServerMessage> sig = Combinators.combine(
                        integers(1), texts(), texts(), texts(), integers(0), integers(0), descriptions())
                .as(ServerMessage.Sig::new);
        Arbitrary<ServerMessage> ice = Combinators.combine(
                        integers(1),
                        texts(),
                        texts(),
                        texts(),
                        integers(0),
                        candidates().list().ofMaxSize(4),
                        Arbitraries.of(true, false))
                .as(ServerMessage.Ice::new);
        Arbitrary<ServerMessage> peer = Combinators.combine(
                        integers(1),
                        Arbitraries.of(PeerEvent.class),
                        texts(),
                        peers(),
                        optional(Arbitraries.of(LeaveReason.class)))
                .as(ServerMessage.PeerChange::new);
        Arbitrary<ServerMessage> room = Combinators.combine(integers(1), texts(), Arbitraries.of(true, false))
                .as(ServerMessage.RoomChange::new);
        Arbitrary<ServerMessage> servers =
                Combinators.combine(integers(1), iceServers()).as(ServerMessage.IceServersChange::new);
        Arbitrary<ServerMessage> bye = Combinators.combine(
                        Arbitraries.of(CloseCode.class), Arbitraries.of(Advice.class), integers(0))
                .as((code, advice, after) -> new ServerMessage.Bye(code.number(), advice, after));
        return Arbitraries.oneOf(
                welcomes(),
                ok,
                err,
                sig,
                ice,
                peer,
                room,
                servers,
                integers(0).map(ServerMessage.Expiring::new),
                bye,
                integers(0).map(ServerMessage.Ping::new),
                integers(0).map(ServerMessage.Pong::new));
    }

    private static Arbitrary<ServerMessage> welcomes() {
        Arbitrary<ServerMessage.Heartbeat> heartbeats =
                Combinators.combine(integers(1), integers(1)).as(ServerMessage.Heartbeat::new);
        Arbitrary<ServerMessage.Limits> limits =
                Combinators.combine(sizes(), sizes(), sizes(), sizes()).as(ServerMessage.Limits::new);
        return Combinators.combine(
                        texts().list().ofMaxSize(3),
                        texts(),
                        texts(),
                        texts(),
                        integers(0),
                        heartbeats,
                        limits,
                        iceServers())
                .as((caps, sid, secret, peer, seq, hb, limit, ice) ->
                        new ServerMessage.Welcome(caps, sid, secret, peer, seq, "e", hb, limit, ice, seq > 0, seq / 2));
    }

    private static Arbitrary<Joined> joined() {
        return Combinators.combine(
                        texts(),
                        texts(),
                        Arbitraries.of(Role.class),
                        Arbitraries.of(true, false),
                        peers().list().ofMaxSize(3))
                .as(Joined::new);
    }

    private static Arbitrary<Peer> peers() {
        return Combinators.combine(texts(), optional(texts()), metas(), Arbitraries.of(true, false))
                .as(Peer::new);
    }

    private static Arbitrary<IceServers> iceServers() {
        Arbitrary<IceServer> server = Combinators.combine(
                        texts().list().ofMinSize(1).ofMaxSize(3), optional(texts()), optional(texts()))
                .as(IceServer::new);
        return Combinators.combine(server.list().ofMaxSize(3), integers(1)).as(IceServers::new);
    }

    private static Arbitrary<Description> descriptions() {
        return Combinators.combine(Arbitraries.of(SdpType.class), texts()).as(Description::new);
    }

    private static Arbitrary<Candidate> candidates() {
        return Combinators.combine(
                        texts(),
                        optional(texts()),
                        optional(Arbitraries.integers().between(0, Candidate.MAX_M_LINE_INDEX)),
                        optional(texts()))
                .as(Candidate::new);
    }

    private static Arbitrary<ClientMessage.@Nullable Resume> resumes() {
        Arbitrary<ClientMessage.Resume> resume = Combinators.combine(texts(), texts(), texts(), integers(0), attempts())
                .as(ClientMessage.Resume::new);
        return optional(resume);
    }

    private static Arbitrary<Meta> metas() {
        return Arbitraries.of(
                Meta.EMPTY,
                Meta.ofJson("{\"a\":[1,2.5,{\"b\":null}],\"\":true}"),
                Meta.ofJson("{\"text\":\"\\u2028 \\\"quoted\\\" \\ud83c\\udf73\",\"n\":-1e10}"));
    }

    private static Arbitrary<Long> gots() {
        return Arbitraries.oneOf(Arbitraries.just(ClientMessage.NO_GOT), integers(0));
    }

    private static Arbitrary<Long> attempts() {
        return Arbitraries.oneOf(Arbitraries.just(ClientMessage.Resume.UNCOUNTED), integers(1));
    }

    private static Arbitrary<Long> integers(long min) {
        return Arbitraries.longs().between(min, Protocol.MAX_INTEGER);
    }

    private static Arbitrary<Integer> sizes() {
        return Arbitraries.integers().between(1, Integer.MAX_VALUE);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings().all().ofMaxLength(20).filter(WellFormed::is);
    }

    private static <T> Arbitrary<@Nullable T> optional(Arbitrary<T> values) {
        return values.injectNull(0.2);
    }
}
