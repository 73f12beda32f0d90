package dev.postern.peer.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** An engine in virtual time, whose server is the test. Everything that it puts out is kept. */
final class EngineHarness implements EngineOutput, SignalingListener {

    static final SignalingClientConfig CONFIG = SignalingClientConfig.of(URI.create("ws://192.0.2.1/signal/v1/ws"));

    final SignalingEngine engine;
    final List<ClientMessage> sent = new ArrayList<>();
    final List<Integer> opened = new ArrayList<>();
    final List<URI> places = new ArrayList<>();
    final List<Long> tokensAsked = new ArrayList<>();
    final List<Long> expiring = new ArrayList<>();
    final List<SignalingOutcome> renewals = new ArrayList<>();
    final List<Integer> closed = new ArrayList<>();
    final List<SignalingState> states = new ArrayList<>();
    final List<SignalingCause> causes = new ArrayList<>();
    final List<Long> retries = new ArrayList<>();
    final List<Welcomed> welcomes = new ArrayList<>();
    final List<ServerMessage> heard = new ArrayList<>();
    final List<Joined> joined = new ArrayList<>();
    final List<Boolean> joinedAgain = new ArrayList<>();
    final List<String> roomsLost = new ArrayList<>();
    final Map<Object, SignalingOutcome> outcomes = new LinkedHashMap<>();
    private final Map<SignalingClientCounter, Integer> counts = new EnumMap<>(SignalingClientCounter.class);
    long now;
    private int sid;

    EngineHarness() {
        this(CONFIG, 0);
    }

    EngineHarness(SignalingClientConfig config, long startNanos) {
        now = startNanos;
        engine = new SignalingEngine(config, new SplittableRandom(42), this);
    }

    /** An engine with a session. */
    static EngineHarness connected() {
        EngineHarness harness = new EngineHarness();
        harness.engine.connect(harness.now);
        harness.welcome(false, 0);
        return harness;
    }

    int number() {
        return opened.get(opened.size() - 1);
    }

    /** Opens the connection that the engine asked for, and answers its hello. */
    ClientMessage.Hello welcome(boolean resumed, long lost) {
        sent.clear();
        engine.onOpen(now, number());
        ClientMessage.Hello hello = (ClientMessage.Hello) takeOne();
        ClientMessage.Resume asked = hello.resume();
        welcomed(resumed, resumed && asked != null ? asked.got() : 0, lost);
        return hello;
    }

    /** Answers a hello. */
    void welcomed(boolean resumed, long lost) {
        welcomed(resumed, 0, lost);
    }

    private void welcomed(boolean resumed, long seq, long lost) {
        sid += resumed ? 0 : 1;
        give(new ServerMessage.Welcome(
                List.of(),
                "s_" + sid,
                "secret " + number(),
                "p_" + sid,
                seq,
                "e",
                new ServerMessage.Heartbeat(25_000, 35_000),
                new ServerMessage.Limits(65_536, 50, 262_144, 8),
                IceServers.of(),
                resumed,
                lost));
    }

    void give(ServerMessage message) {
        engine.onMessage(now, number(), message);
    }

    /** A description that the server gave this number. */
    static ServerMessage.Sig sig(long seq) {
        return new ServerMessage.Sig(seq, "p_a", "p_1", "r", 1, 1, new Description(SdpType.OFFER, "v=" + seq));
    }

    static ServerMessage.Ok joinedOk(long re, long seq, String room, Peer... peers) {
        return new ServerMessage.Ok(re, new Joined(room, "p_1", List.of(peers)), seq);
    }

    void ask(String name, Draft draft) {
        engine.request(now, draft, name);
    }

    void cut() {
        engine.onClosed(now, number(), 1006);
    }

    /** Moves time, ringing every alarm at its own moment. */
    void advance(Duration time) {
        long end = now + time.toNanos();
        while (engine.nextTimeout() != Long.MAX_VALUE && engine.nextTimeout() - end <= 0) {
            now = engine.nextTimeout() - now > 0 ? engine.nextTimeout() : now;
            engine.onTimeout(now);
        }
        now = end;
    }

    List<ClientMessage> take() {
        List<ClientMessage> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    ClientMessage takeOne() {
        List<ClientMessage> taken = take();
        assertThat(taken).hasSize(1);
        return taken.get(0);
    }

    List<Long> heardNumbers() {
        return heard.stream().map(ServerMessage::number).toList();
    }

    int counted(SignalingClientCounter counter) {
        return counts.getOrDefault(counter, 0);
    }

    @Override
    public void open(int number, URI socket) {
        opened.add(number);
        places.add(socket);
    }

    @Override
    public void askToken(long number) {
        tokensAsked.add(number);
    }

    @Override
    public void send(int number, ClientMessage message) {
        assertThat(number).isEqualTo(number());
        sent.add(message);
    }

    @Override
    public void close(int number, int code) {
        closed.add(code);
    }

    @Override
    public void settled(Object requester, SignalingOutcome outcome) {
        assertThat(outcomes.put(requester, outcome))
                .as("one outcome of %s", requester)
                .isNull();
    }

    @Override
    public SignalingListener listener() {
        return this;
    }

    @Override
    public void count(SignalingClientCounter counter) {
        counts.merge(counter, 1, Integer::sum);
    }

    @Override
    public void onState(SignalingState state, SignalingCause cause, long retryInMillis) {
        states.add(state);
        causes.add(cause);
        retries.add(retryInMillis);
    }

    @Override
    public void onWelcome(Welcomed welcomed) {
        welcomes.add(welcomed);
    }

    @Override
    public void onJoined(Joined room, boolean again) {
        joined.add(room);
        joinedAgain.add(again);
    }

    @Override
    public void onRoomLost(String room, SignalingOutcome why) {
        roomsLost.add(room);
    }

    @Override
    public void onPeer(ServerMessage.PeerChange change) {
        heard.add(change);
    }

    @Override
    public void onExpiring(long inMillis) {
        expiring.add(inMillis);
    }

    @Override
    public void onRenewed(SignalingOutcome outcome) {
        renewals.add(outcome);
    }

    @Override
    public void onBye(ServerMessage.Bye bye) {
        heard.add(bye);
    }

    @Override
    public void onSig(ServerMessage.Sig sig) {
        heard.add(sig);
    }

    @Override
    public void onIce(ServerMessage.Ice ice) {
        heard.add(ice);
    }

    @Override
    public void onError(ServerMessage.Err error) {
        heard.add(error);
    }
}
