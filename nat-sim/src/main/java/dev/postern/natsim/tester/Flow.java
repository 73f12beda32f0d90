package dev.postern.natsim.tester;

import dev.postern.natsim.Content;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Packet;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Packets between a port of a machine and an address of the server, made by hand at both ends. One owner thread. */
final class Flow {

    static final int SYN = Content.Tcp.SYN;
    static final int SYN_ACK = Content.Tcp.SYN | Content.Tcp.ACK;
    static final int ACK = Content.Tcp.ACK;
    static final int FIN_ACK = Content.Tcp.FIN | Content.Tcp.ACK;
    static final int RST = Content.Tcp.RST;

    private static final int PAYLOAD_BYTES = 16;
    private static final long WORD = 0xFFFFFFFFL;
    private static final long LEAST_INTERVAL_NANOS = 500 * Bench.MILLI;
    /** After the last time, in intervals. */
    private static final int LAST_WAIT = 3;
    /** How often what must arrive is sent. */
    static final int SENDS = 9;

    /** A packet that was waited for. */
    record Heard(NatTester.End at, Packet packet, long nanos) {
        boolean isClient() {
            return at == NatTester.End.CLIENT;
        }

        /** The ICMP error that it is; null if it is none. */
        Content.@Nullable IcmpError error() {
            return packet.content() instanceof Content.IcmpError error ? error : null;
        }

        boolean hasFlags(int flags) {
            return packet.content() instanceof Content.Tcp segment && segment.has(flags);
        }
    }

    /** Which packet is waited for. */
    interface Wanted {
        boolean is(Heard heard);
    }

    private final Bench bench;
    private final Asker asker;
    private final ProbeWire net;
    private final IpProtocol protocol;
    private final int number;
    private final TransportAddress local;
    private final TransportAddress remote;
    private @Nullable Wait wait;
    private @Nullable TransportAddress seen;

    Flow(
            Bench bench,
            Asker asker,
            ProbeWire net,
            IpProtocol protocol,
            int number,
            TransportAddress local,
            TransportAddress remote) {
        this.bench = bench;
        this.asker = asker;
        this.net = net;
        this.protocol = protocol;
        this.number = number;
        this.local = local;
        this.remote = remote;
    }

    int number() {
        return number;
    }

    TransportAddress local() {
        return local;
    }

    TransportAddress remote() {
        return remote;
    }

    /** Where the server saw it come from; null before. */
    @Nullable
    TransportAddress seen() {
        return seen;
    }

    /** Where the server saw it come from, once it has. */
    TransportAddress mapped() {
        if (seen == null) {
            throw new IllegalStateException(local + " was not seen yet");
        }
        return seen;
    }

    // ---- packets

    private ByteBuffer payload(int bytes) {
        return ByteBuffer.allocate(bytes).putInt(0, number);
    }

    private Content content(boolean fromServer, int tcpFlags) {
        return switch (protocol) {
            case UDP -> new Content.Udp(payload(PAYLOAD_BYTES), true);
            case TCP -> Content.Tcp.of(tcpFlags, number & WORD, 1);
            case ICMP -> new Content.Echo(!fromServer, 1, payload(PAYLOAD_BYTES));
        };
    }

    /** A packet to the server; the flags are those of TCP, and of no meaning otherwise. */
    Packet out(int tcpFlags) {
        return new Packet(local, remote, content(false, tcpFlags));
    }

    /** A datagram to the server that is so long. */
    Packet datagram(int payloadBytes, boolean checksum) {
        return new Packet(local, remote, new Content.Udp(payload(payloadBytes), checksum));
    }

    /** A packet from one of the server's addresses to where the flow was seen. */
    Packet back(TransportAddress from, int tcpFlags) {
        return new Packet(from, mapped(), content(true, tcpFlags));
    }

    Packet back(int tcpFlags) {
        return back(remote, tcpFlags);
    }

    void send(Packet packet) {
        net.send(0, packet);
    }

    void sendBack(Packet packet) {
        net.sendFromServer(packet);
    }

    // ---- waiting

    /** Sends to the server, again at even intervals, until it arrives there; null if it never does. */
    void out(Packet packet, Consumer<@Nullable Heard> then) {
        await(heard -> !heard.isClient() && heard.error() == null, SENDS, 0, () -> send(packet), then);
    }

    /** Sends from the server until it arrives; null if it never does. */
    void in(Packet packet, Consumer<@Nullable Heard> then) {
        await(heard -> heard.isClient() && heard.error() == null, SENDS, 0, () -> sendBack(packet), then);
    }

    /** The same for what a NAT may keep out: sent as often as silence needs to be told from loss. */
    void listenIn(Packet packet, Consumer<@Nullable Heard> then) {
        await(
                heard -> heard.isClient() && heard.error() == null,
                bench.loss().sendsPerTry(),
                0,
                () -> sendBack(packet),
                then);
    }

    /**
     * Does something, again at even intervals, until a wanted packet of this flow arrives at either end.
     *
     * @param sends how often at most
     * @param patienceNanos how much longer than an interval to wait after the last time
     */
    void await(Wanted wanted, int sends, long patienceNanos, Runnable send, Consumer<@Nullable Heard> then) {
        Wait next = new Wait(wanted, sends, patienceNanos, send, then);
        wait = next;
        next.step();
    }

    /** TCP's handshake, with the server's part by hand; whether it came about. */
    void handshake(Consumer<Boolean> then) {
        out(out(SYN), syn -> {
            if (syn == null) {
                then.accept(false);
                return;
            }
            in(back(SYN_ACK), answer -> {
                if (answer == null) {
                    then.accept(false);
                } else {
                    out(out(ACK), ack -> then.accept(ack != null));
                }
            });
        });
    }

    void onPacket(NatTester.End at, Packet packet) {
        Heard heard = new Heard(at, packet, bench.nowNanos());
        if (at == NatTester.End.SERVER
                && heard.error() == null
                && packet.destination().equals(remote)) {
            seen = packet.source();
        }
        Wait current = wait;
        if (current != null && current.wanted.is(heard)) {
            current.end(heard);
        }
    }

    /** What is waited for is no longer. */
    void end() {
        wait = null;
    }

    private final class Wait {

        private final Wanted wanted;
        private final int most;
        private final long patienceNanos;
        private final Runnable send;
        private final Consumer<@Nullable Heard> then;
        private int sent;

        Wait(Wanted wanted, int most, long patienceNanos, Runnable send, Consumer<@Nullable Heard> then) {
            this.wanted = wanted;
            this.most = most;
            this.patienceNanos = patienceNanos;
            this.send = send;
            this.then = then;
        }

        void step() {
            if (wait != this) {
                return;
            }
            if (sent == most) {
                end(null);
                return;
            }
            sent++;
            long interval = Math.max(LEAST_INTERVAL_NANOS, 2 * asker.longestRttNanos());
            bench.after(sent == most ? LAST_WAIT * interval + patienceNanos : interval, this::step);
            send.run();
        }

        void end(@Nullable Heard heard) {
            wait = null;
            then.accept(heard);
        }
    }
}
