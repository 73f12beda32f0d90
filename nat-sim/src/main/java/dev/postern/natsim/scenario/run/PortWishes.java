package dev.postern.natsim.scenario.run;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.portmap.NatPmpRequest;
import dev.postern.natsim.portmap.NatPmpResponse;
import dev.postern.natsim.portmap.PcpMap;
import dev.postern.natsim.portmap.PcpMessage;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * What hosts of the file ask their routers for: ports of their own (RFC 6886, RFC 6887, UPnP IGD). Each is asked for once, from a port that
 * is open as long as that takes. Owned by the thread that runs the network.
 */
final class PortWishes {

    /** Stands for the host in PCP; one for all, as a mapping is a host's own anyway. */
    private static final int NONCE = 0x706F7274;

    private final Stage stage;
    private final Consumer<Parcel> beforeSent;

    /** {@code beforeSent} is called just before the datagram leaves that the parcel is. */
    PortWishes(Stage stage, Consumer<Parcel> beforeSent) {
        this.stage = stage;
        this.beforeSent = beforeSent;
    }

    /** Asks for the port that the parcel is about. */
    void send(Parcel parcel, IpAddress gateway) {
        Scenario.PortWish wish = parcel.sending().wish();
        if (wish == null) {
            throw new IllegalArgumentException("nothing is asked for");
        }
        Host host = stage.host(parcel.sending().from().host());
        PortAsk ask = switch (wish.asking()) {
            case NAT_PMP -> new NatPmpAsk(parcel, wish, host, gateway);
            case PCP -> new PcpAsk(parcel, wish, host, gateway);
            case UPNP_IGD -> new UpnpAsk(stage.net(), parcel, wish, host, gateway);
        };
        beforeSent.accept(parcel);
        ask.send(ask.request());
    }

    /** Asks for a port and then, as only that has no address in it, for the address. */
    private final class NatPmpAsk extends PortAsk {

        private int granted;
        private long seconds;

        NatPmpAsk(Parcel parcel, Scenario.PortWish wish, Host host, IpAddress gateway) {
            super(stage.net(), parcel, wish, host, TransportAddress.of(gateway, NatBox.PORT_CONTROL_PORT));
        }

        @Override
        ByteBuffer request() {
            int operation = wish().protocol() == IpProtocol.TCP ? NatPmpRequest.MAP_TCP : NatPmpRequest.MAP_UDP;
            int wished = wish().isOver() ? 0 : port();
            return new NatPmpRequest(
                            operation, port(), wished, wish().lifetime().toSeconds())
                    .encode();
        }

        @Override
        public void onDatagram(long nowNanos, TransportAddress from, ByteBuffer data) {
            NatPmpResponse response = NatPmpResponse.decode(data);
            PcpMessage otherProtocol = PcpMessage.decode(data);
            IpAddress external = response == null ? null : response.external();
            if (response == null) {
                if (otherProtocol != null) {
                    refused("result " + otherProtocol.result());
                }
            } else if (!response.isSuccess()) {
                refused("result " + response.result());
            } else if (external != null) {
                granted(TransportAddress.of(external, granted), seconds);
            } else if (wish().isOver()) {
                granted(null, 0);
            } else {
                granted = response.externalPort();
                seconds = response.lifetimeSeconds();
                send(NatPmpRequest.externalAddress().encode());
            }
        }
    }

    private final class PcpAsk extends PortAsk {

        PcpAsk(Parcel parcel, Scenario.PortWish wish, Host host, IpAddress gateway) {
            super(stage.net(), parcel, wish, host, TransportAddress.of(gateway, NatBox.PORT_CONTROL_PORT));
        }

        @Override
        ByteBuffer request() {
            int protocol = wish().protocol() == IpProtocol.TCP ? PcpMap.TCP : PcpMap.UDP;
            int wished = wish().isOver() ? 0 : port();
            PcpMap map = new PcpMap(0, NONCE, protocol, port(), wished, IpAddress.ofIpv4(0));
            return PcpMessage.map(local(), map, wish().lifetime().toSeconds()).encode();
        }

        @Override
        public void onDatagram(long nowNanos, TransportAddress from, ByteBuffer data) {
            PcpMessage response = PcpMessage.decode(data);
            NatPmpResponse otherProtocol = NatPmpResponse.decode(data);
            if (response == null) {
                if (otherProtocol != null) {
                    refused("result " + otherProtocol.result());
                }
                return;
            }
            PcpMap map = response.map();
            if (response.result() != PcpMessage.SUCCESS || map == null) {
                refused("result " + response.result());
            } else if (wish().isOver()) {
                granted(null, 0);
            } else {
                granted(TransportAddress.of(map.external(), map.externalPort()), response.lifetimeSeconds());
            }
        }
    }
}
