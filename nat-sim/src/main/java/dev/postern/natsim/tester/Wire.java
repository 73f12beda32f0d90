package dev.postern.natsim.tester;

import dev.postern.natsim.Content;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Packet;
import dev.postern.stun.TransportAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * The flows of packets that probes send by hand, at both ends. A flow has a number that is in each of its packets, wherever a NAT leaves
 * it alone: the sequence number of TCP, the first bytes of a payload; an ICMP error is about the packet that it quotes. One owner thread.
 */
final class Wire {

    /** Why there is none. */
    static final String NONE = "it takes packets made by hand at both ends, and this machine's sockets send none";

    private static final int MIN_PAYLOAD_BYTES = Integer.BYTES;

    /** Finds the number. */
    private static final Content.Cases<Integer> NUMBER = new Content.Cases<>() {
        @Override
        public Integer udp(Content.Udp datagram) {
            return ofPayload(datagram);
        }

        /** What answers a SYN by a RST says it in the acknowledgement alone. */
        @Override
        public Integer tcp(Content.Tcp segment) {
            boolean answersSyn = segment.has(Content.Tcp.RST | Content.Tcp.ACK) && segment.sequence() == 0;
            return (int) (answersSyn ? segment.acknowledgement() - 1 : segment.sequence());
        }

        @Override
        public Integer echo(Content.Echo message) {
            return ofPayload(message);
        }

        @Override
        public Integer error(Content.IcmpError error) {
            return error.quoted().content().as(this);
        }
    };

    private final Bench bench;
    private final Asker asker;
    private final ProbeWire net;
    private final Map<Integer, Flow> flows = new HashMap<>();

    Wire(Bench bench, Asker asker, ProbeWire net) {
        this.bench = bench;
        this.asker = asker;
        this.net = net;
    }

    private static int ofPayload(Content content) {
        return content.payloadBytes() < MIN_PAYLOAD_BYTES
                ? 0
                : content.payload().getInt();
    }

    /** A flow from a port, or an ICMP identifier, of the first machine that was not used before. */
    Flow open(IpProtocol protocol, TransportAddress remote) {
        return open(protocol, bench.freshPort(0), remote);
    }

    /** A flow from a port, or an ICMP identifier, of the first machine. */
    Flow open(IpProtocol protocol, int port, TransportAddress remote) {
        int number = bench.random().nextInt();
        while (number == 0 || flows.containsKey(number)) {
            number = bench.random().nextInt();
        }
        boolean ports = protocol != IpProtocol.ICMP;
        TransportAddress to = ports ? remote : TransportAddress.of(remote.ip(), 0);
        Flow flow = new Flow(bench, asker, net, protocol, number, TransportAddress.of(net.local(0), port), to);
        flows.put(number, flow);
        return flow;
    }

    /** Forgets a connection, after a RST to the address: a NAT is not to remember it for hours. */
    void reset(Flow flow, TransportAddress to) {
        flow.send(flow.out(Flow.RST).to(to));
        close(flow);
    }

    void close(Flow flow) {
        flow.end();
        flows.remove(flow.number(), flow);
    }

    void closeAll() {
        flows.clear();
    }

    boolean takes(Packet packet) {
        return flows.containsKey(packet.content().as(NUMBER));
    }

    void onPacket(NatTester.End end, Packet packet) {
        Flow flow = flows.get(packet.content().as(NUMBER));
        if (flow != null) {
            flow.onPacket(end, packet);
        }
    }
}
