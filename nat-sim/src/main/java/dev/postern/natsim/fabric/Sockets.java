package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields.Fragment;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import org.jspecify.annotations.Nullable;

/** What listens on a host, and what the host does by itself with a packet that arrives. What few hosts need is made late. */
final class Sockets {

    private final VirtualNet net;
    private final Host host;
    private final UdpPorts udp;
    private @Nullable TcpStack tcp;
    private @Nullable EchoPorts echo;
    private @Nullable Reassembly reassembly;
    private @Nullable PathMtus pathMtus;
    private @Nullable PacketTap tap;

    Sockets(VirtualNet net, Host host) {
        this.net = net;
        this.host = host;
        this.udp = new UdpPorts(host);
    }

    UdpPorts udp() {
        return udp;
    }

    TcpStack tcp() {
        if (tcp == null) {
            tcp = new TcpStack(net, host.name(), host::pathMtu, host::send);
        }
        return tcp;
    }

    EchoPorts echo() {
        if (echo == null) {
            echo = new EchoPorts(host);
        }
        return echo;
    }

    void tap(PacketTap program) {
        tap = program;
    }

    /** What ICMP errors have said of the way to an address; {@link LinkConditions#LARGEST_MTU} if nothing. */
    int pathMtu(IpAddress to) {
        return pathMtus == null ? LinkConditions.LARGEST_MTU : pathMtus.to(to);
    }

    void forgetPathMtus() {
        pathMtus = null;
    }

    void onArrival(Flight flight) {
        Fragment part = flight.packet().ip().fragment();
        Packet packet = part == null ? flight.packet() : whole(flight, part);
        if (packet == null) {
            return;
        }
        PacketTap program = tap;
        if (program != null && program.takes(packet)) {
            net.delivered(flight.translated(packet), host);
            program.onPacket(net.nowNanos(), packet);
        } else {
            packet.content().as(new Delivery(flight.translated(packet)));
        }
    }

    private @Nullable Packet whole(Flight flight, Fragment part) {
        if (reassembly == null) {
            reassembly = new Reassembly(
                    (lost, sentence) -> net.drop(lost, host.name(), sentence), this::onReassemblyTimeout);
        }
        Reassembly parts = reassembly;
        Packet packet = parts.add(flight, part, net.nowNanos());
        if (packet == null) {
            net.at(net.nowNanos() + Reassembly.TIMEOUT.toNanos(), () -> parts.expire(net.nowNanos()));
        }
        return packet;
    }

    private void onReassemblyTimeout(Flight flight, boolean hasFirst) {
        Packet packet = flight.packet();
        net.drop(
                flight,
                host.name(),
                "fragments missing: not all of " + packet.datagramBytes() + " B from "
                        + packet.source().ip() + " came within " + Reassembly.TIMEOUT.toSeconds() + " s");
        if (hasFirst) {
            report(packet.with(packet.ip().withFragment(null)), IcmpReason.REASSEMBLY_TIMEOUT);
        }
    }

    private void report(Packet about, IcmpReason reason) {
        Packet error = Errors.about(about.destination().ip(), reason, about);
        if (error != null) {
            host.send(error);
        }
    }

    /** What the host does with one packet that has arrived whole. */
    private final class Delivery implements Content.Cases<Boolean> {

        private final Flight flight;
        private final Packet packet;

        Delivery(Flight flight) {
            this.flight = flight;
            this.packet = flight.packet();
        }

        @Override
        public Boolean udp(Content.Udp datagram) {
            UdpPort port = udp.at(packet.destination());
            if (port == null) {
                net.drop(flight, host.name(), "no socket: nobody listens at " + packet.destination());
                report(packet, IcmpReason.PORT_UNREACHABLE);
                return false;
            }
            net.delivered(flight, host);
            port.handler().onPacket(net.nowNanos(), packet);
            return true;
        }

        /** The trace says that it arrived before what follows from that. */
        @Override
        public Boolean tcp(Content.Tcp segment) {
            String refusal = Sockets.this.tcp().refusal(packet, segment);
            if (refusal != null) {
                net.drop(flight, host.name(), refusal);
                Sockets.this.tcp().reset(packet.destination(), packet.source(), segment);
                return false;
            }
            net.delivered(flight, host);
            Sockets.this.tcp().onSegment(packet, segment);
            return true;
        }

        @Override
        public Boolean echo(Content.Echo message) {
            net.delivered(flight, host);
            if (message.request()) {
                return host.send(Packet.echoReply(
                        packet.destination().ip(), packet.source(), message.sequence(), message.payload()));
            }
            return echo != null && echo.onReply(net.nowNanos(), packet, message);
        }

        @Override
        public Boolean error(Content.IcmpError error) {
            Packet quoted = error.quoted();
            if (error.reason() == IcmpReason.TOO_BIG) {
                pathMtus = pathMtus == null ? new PathMtus() : pathMtus;
                pathMtus.learn(quoted.destination().ip(), error.mtu());
            }
            net.delivered(flight, host);
            return quoted.content().as(new QuotedError(quoted, error));
        }
    }

    /** Tells the socket that an ICMP error is about; whether there is one. */
    private final class QuotedError implements Content.Cases<Boolean> {

        private final Packet quoted;
        private final Content.IcmpError error;

        QuotedError(Packet quoted, Content.IcmpError error) {
            this.quoted = quoted;
            this.error = error;
        }

        @Override
        public Boolean udp(Content.Udp datagram) {
            UdpPort port = udp.at(quoted.source());
            if (port != null) {
                port.handler().onError(net.nowNanos(), quoted.destination(), error);
            }
            return port != null;
        }

        @Override
        public Boolean tcp(Content.Tcp segment) {
            return tcp != null && tcp.onError(error);
        }

        @Override
        public Boolean echo(Content.Echo message) {
            return echo != null && message.request() && echo.onError(net.nowNanos(), quoted, error);
        }

        @Override
        public Boolean error(Content.IcmpError nested) {
            return false;
        }
    }
}
