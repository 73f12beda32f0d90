package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What the NAT itself answers to SYNs that it did not let in (RFC 5382 REQ-4), and when. */
final class SynAnswers {

    private static final int MAX_WAITING = 1024;

    private record Attempt(TransportAddress remote, TransportAddress external) {}

    private record Answer(Packet packet, long dueNanos) {}

    private final TcpRules rules;
    /* In the order of arrival, and so of being due: all wait equally long. */
    private final Map<Attempt, Answer> waiting = new LinkedHashMap<>();

    SynAnswers(TcpRules rules) {
        this.rules = rules;
    }

    /** Notes a packet that was not let in; if {@link #MAX_WAITING} SYNs wait already, this one gets no answer. */
    void refused(Packet packet, long nowNanos) {
        boolean syn = packet.content() instanceof Content.Tcp segment && segment.isOpening();
        if (!syn || rules.unsolicitedSyn() == UnsolicitedSyn.SILENT || waiting.size() >= MAX_WAITING) {
            return;
        }
        boolean reset = rules.unsolicitedSyn() == UnsolicitedSyn.RST_AT_ONCE;
        long dueNanos = reset ? nowNanos : nowNanos + rules.synWait().toNanos();
        waiting.putIfAbsent(
                new Attempt(packet.source(), packet.destination()),
                new Answer(reset ? reset(packet) : unreachable(packet), dueNanos));
    }

    /** Forgets the answer to a SYN that crosses one from inside: the two open the connection together. */
    void outbound(TransportAddress external, TransportAddress remote) {
        waiting.remove(new Attempt(remote, external));
    }

    private static Packet reset(Packet syn) {
        long acknowledgement = ((Content.Tcp) syn.content()).sequence() + 1 & 0xFFFFFFFFL;
        TransportAddress answering = syn.destination();
        TransportAddress answered = syn.source();
        return Packet.tcp(answering, answered, Content.Tcp.of(Content.Tcp.RST | Content.Tcp.ACK, 0, acknowledgement));
    }

    private static Packet unreachable(Packet syn) {
        return Packet.error(syn.destination().ip(), IcmpReason.PORT_UNREACHABLE, syn);
    }

    List<Verdict.Forward> due(long nowNanos) {
        List<Verdict.Forward> due = new ArrayList<>();
        Iterator<Answer> soonestFirst = waiting.values().iterator();
        while (soonestFirst.hasNext()) {
            Answer answer = soonestFirst.next();
            if (answer.dueNanos() - nowNanos > 0) {
                break;
            }
            due.add(new Verdict.Forward(answer.packet(), Side.OUTSIDE, PassReason.OWN_ANSWER));
            soonestFirst.remove();
        }
        return due;
    }

    OptionalLong nextDueNanos() {
        return waiting.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(waiting.values().iterator().next().dueNanos());
    }

    void clear() {
        waiting.clear();
    }
}
