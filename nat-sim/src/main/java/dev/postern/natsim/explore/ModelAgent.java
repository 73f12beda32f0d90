package dev.postern.natsim.explore;

import dev.postern.natsim.explore.Candidate.Kind;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model of an ICE agent (RFC 8445) with one component and one socket: full gathering before the first check, checks in the
 * order of priority, triggered checks at once, peer-reflexive candidates, regular nomination. The controlling agent takes the
 * first direct pair that works and, when its patience for those is over, a relayed one. Draws nothing at random. Owned by the thread that runs the network.
 *
 * <p>What it leaves out changes no outcome here: its checks carry no MESSAGE-INTEGRITY (nobody forges any), roles never
 * conflict, and a check goes on for {@value #SENDS} sends, whatever the number of pairs.
 */
final class ModelAgent {

    private static final long MILLI = 1_000_000;
    private static final int PACE_MILLIS = 20;
    private static final int RTO_MILLIS = 250;
    private static final int SENDS = 5;
    private static final int MAX_REMOTE = 16;

    private final VirtualNet net;
    private final UdpPort port;
    private final TransportAddress server;
    private final Gathering gathering;
    private final boolean controlling;
    private final long patienceNanos;
    private final Script script;
    private final String name;
    private final List<Candidate> remote = new ArrayList<>();
    private final List<Pair> pairs = new ArrayList<>();
    private final Map<TransactionId, Check> checks = new HashMap<>();
    private final List<Early> early = new ArrayList<>();
    private final StunMessage message = new StunMessage();
    private final StunMessage inner = new StunMessage();
    private final ByteBuffer buffer = ByteBuffer.allocate(600);
    private boolean started;
    private boolean impatient;
    private boolean isNominationHeard;
    private @Nullable Pair nominated;
    private @Nullable Pair selected;
    private long firstPathNanos = Long.MAX_VALUE;
    private long selectedNanos = Long.MAX_VALUE;
    private long checkNumbers;

    /** A check that waits for its answer. */
    private record Check(Pair pair, boolean nominating) {}

    /** A check that came before the peer's candidates did (RFC 8445 section 7.3). */
    private record Early(TransportAddress from, boolean nominating) {}

    ModelAgent(
            VirtualNet net,
            Host host,
            ModelServer server,
            boolean controlling,
            Turn turn,
            int patienceMillis,
            Script script) {
        this.script = script;
        this.net = net;
        this.server = server.udp();
        this.controlling = controlling;
        this.patienceNanos = patienceMillis * MILLI;
        this.name = controlling ? "A" : "B";
        this.port = host.open(0, (now, from, data) -> onDatagram(from, data));
        this.gathering = new Gathering(net, host, port, server, turn, message -> onDatagram(server.udp(), message));
    }

    /** Gathers, and says so when it is over. */
    void gather(Runnable done) {
        gathering.begin(done);
    }

    List<Candidate> candidates() {
        return gathering.candidates();
    }

    /** Takes the candidates of the peer and begins to check. */
    void start(List<Candidate> candidates) {
        started = true;
        candidates.forEach(candidate -> {
            remote.removeIf(known -> known.address().equals(candidate.address()));
            remote.add(candidate);
            pair(false, candidate);
            TurnClient relay = gathering.relay();
            if (relay != null) {
                relay.permit(candidate.address(), granted -> {
                    if (granted) {
                        pair(true, candidate);
                    }
                });
            }
        });
        early.forEach(check -> onCheck(false, check.from(), check.nominating()));
        pace();
        net.at(net.nowNanos() + patienceNanos, () -> {
            impatient = true;
            nominate();
        });
    }

    /** Whether it uses a pair. */
    boolean isDone() {
        return selected != null;
    }

    /** How it ended; {@link Outcome#NONE} without a pair. */
    Outcome outcome() {
        if (selected == null) {
            return Outcome.NONE;
        }
        return selected.isRelayed() ? Outcome.RELAY : Outcome.DIRECT;
    }

    /** When an answer to a check of this agent first came, and so some path was there; the largest long if none did. */
    long firstPathNanos() {
        return firstPathNanos;
    }

    /** When it had the pair that it uses; the largest long without one. */
    long selectedNanos() {
        return selectedNanos;
    }

    /** Whether its own relay is on the way of its packets. */
    boolean isUsingItsRelay() {
        return selected != null && selected.relayedBase();
    }

    /** Whether the relay of the peer is. */
    boolean isUsingThePeersRelay() {
        return selected != null && selected.remote().kind() == Kind.RELAYED;
    }

    /** Whether it speaks to its relay over TCP. */
    boolean hasRelayOverTcp() {
        TurnClient relay = gathering.relay();
        return relay != null && relay.isOverTcp();
    }

    private Pair pair(boolean relayedBase, Candidate candidate) {
        for (Pair known : pairs) {
            if (known.relayedBase() == relayedBase && known.address().equals(candidate.address())) {
                return known;
            }
        }
        Pair pair = new Pair(relayedBase, candidate, controlling);
        pairs.add(pair);
        pairs.sort(Comparator.comparingLong(Pair::priority).reversed());
        return pair;
    }

    /** Begins one ordinary check at each step of the pace (RFC 8445 section 6.1.4.2). */
    private void pace() {
        for (Pair pair : pairs) {
            if (pair.state() == Pair.State.WAITING) {
                check(pair);
                break;
            }
        }
        if (!impatient) {
            net.at(net.nowNanos() + PACE_MILLIS * MILLI, this::pace);
        }
    }

    private void check(Pair pair) {
        int number = pair.countSent();
        if (number > SENDS) {
            pair.fail();
            return;
        }
        send(pair, false);
        net.at(net.nowNanos() + ((long) RTO_MILLIS << (number - 1)) * MILLI, () -> {
            if (pair.state() == Pair.State.IN_PROGRESS && pair.sent() == number) {
                check(pair);
            }
        });
    }

    private void send(Pair pair, boolean nominating) {
        TransactionId id = TransactionId.of(controlling ? 2 : 3, ++checkNumbers);
        checks.put(id, new Check(pair, nominating));
        StunEncoder request = new StunEncoder()
                .begin(buffer.clear(), MessageClass.REQUEST, Method.BINDING, id)
                .text(AttributeType.USERNAME, controlling ? "B:A" : "A:B")
                .u32(AttributeType.PRIORITY, Kind.PEER_REFLEXIVE.priority());
        if (nominating) {
            request.flag(AttributeType.USE_CANDIDATE);
        }
        send(pair.relayedBase(), true, pair.address(), request.finish());
    }

    private void send(boolean relayedBase, boolean isRequest, TransportAddress to, ByteBuffer data) {
        if (!script.sends(net.nowNanos(), name, relayedBase, isRequest, to)) {
            return;
        }
        TurnClient relay = gathering.relay();
        if (relayedBase && relay != null) {
            relay.relay(to, data);
        } else {
            port.send(to, data);
        }
    }

    private void onDatagram(TransportAddress from, ByteBuffer data) {
        if (message.decode(data) != DecodeResult.OK) {
            return;
        }
        if (message.method() == Method.DATA && from.equals(server)) {
            TransportAddress peer = message.xorAddress(message.indexOf(AttributeType.XOR_PEER_ADDRESS));
            ByteBuffer relayed = message.slice(message.indexOf(AttributeType.DATA));
            if (peer != null && inner.decode(relayed) == DecodeResult.OK) {
                onCheckMessage(true, peer, inner);
            }
        } else if (!gathering.onMessage(message)) {
            onCheckMessage(false, from, message);
        }
    }

    private void onCheckMessage(boolean relayedBase, TransportAddress from, StunMessage check) {
        if (check.messageClass() == MessageClass.REQUEST) {
            onRequest(relayedBase, from, check);
        } else if (check.messageClass() == MessageClass.SUCCESS_RESPONSE) {
            onResponse(relayedBase, from, check);
        }
    }

    /** RFC 8445 section 7.3. */
    private void onRequest(boolean relayedBase, TransportAddress from, StunMessage request) {
        String username = request.text(request.indexOf(AttributeType.USERNAME));
        if (username == null || !username.startsWith(name)) {
            return;
        }
        boolean nominating = request.has(AttributeType.USE_CANDIDATE);
        send(
                relayedBase,
                false,
                from,
                new StunEncoder()
                        .respond(buffer.clear(), request, MessageClass.SUCCESS_RESPONSE)
                        .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, from)
                        .finish());
        if (started) {
            onCheck(relayedBase, from, nominating);
        } else {
            early.add(new Early(from, nominating));
        }
    }

    private void onCheck(boolean relayedBase, TransportAddress from, boolean nominating) {
        Pair pair = pair(relayedBase, from);
        if (nominating && !controlling) {
            nominated = pair;
            isNominationHeard = true;
        }
        trigger(pair);
        select();
    }

    private void trigger(@Nullable Pair pair) {
        if (pair != null && pair.mayTrigger()) {
            check(pair);
        }
    }

    /** The pair that a check came in on, with a new peer-reflexive candidate if need be; null if there are too many. */
    private @Nullable Pair pair(boolean relayedBase, TransportAddress from) {
        for (Candidate candidate : remote) {
            if (candidate.address().equals(from)) {
                return pair(relayedBase, candidate);
            }
        }
        if (remote.size() >= MAX_REMOTE) {
            return null;
        }
        Candidate learnt = new Candidate(Kind.PEER_REFLEXIVE, from);
        remote.add(learnt);
        return pair(relayedBase, learnt);
    }

    /** RFC 8445 section 7.2.5: an answer counts if it comes from where the check went to. */
    private void onResponse(boolean relayedBase, TransportAddress from, StunMessage response) {
        Check check = checks.remove(response.transactionId());
        if (check == null
                || check.pair().relayedBase() != relayedBase
                || !check.pair().address().equals(from)) {
            return;
        }
        check.pair().succeed();
        firstPathNanos = Math.min(firstPathNanos, net.nowNanos());
        isNominationHeard |= check.nominating();
        select();
        nominate();
    }

    private void select() {
        if (isNominationHeard && nominated != null && nominated.state() == Pair.State.SUCCEEDED) {
            selected = nominated;
            selectedNanos = Math.min(selectedNanos, net.nowNanos());
        }
    }

    private void nominate() {
        if (!controlling || nominated != null) {
            return;
        }
        for (Pair pair : pairs) {
            if (pair.state() == Pair.State.SUCCEEDED && (impatient || !pair.isRelayed())) {
                nominated = pair;
                renominate(pair, 0);
                return;
            }
        }
    }

    private void renominate(Pair pair, int number) {
        if (number < SENDS && selected == null) {
            send(pair, true);
            net.at(net.nowNanos() + RTO_MILLIS * MILLI, () -> renominate(pair, number + 1));
        }
    }
}
