package dev.postern.natsim.scenario.run;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.fabric.TraceEvent;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.scenario.Endpoint;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows the packets that the file asked for through the steps of the network, by their numbers. A server answers or sends on
 * while the packet arrives, so that what it sends next is what became of it. Owned by the thread that runs the network.
 */
final class Watch implements Consumer<TraceEvent> {

    private final VirtualNet net;
    private final Predicate<String> isServer;
    private final Map<Long, Parcel> flights = new HashMap<>();
    private final List<Connection> connections = new ArrayList<>();
    private @Nullable Parcel atServer;
    private String server = "";

    /** What a host sends to an address over TCP. */
    private record Connection(Parcel parcel, TransportAddress to) {

        boolean has(TraceEvent event) {
            Endpoint from = parcel.sending().from();
            return event.packet().protocol() == IpProtocol.TCP
                    && event.where().equals(from.host())
                    && event.packet().source().port() == from.port()
                    && event.packet().destination().equals(to);
        }
    }

    Watch(VirtualNet net, Predicate<String> isServer) {
        this.net = net;
        this.isServer = isServer;
    }

    /** What the host sends over TCP from the port to the address from now on is this. */
    void expectTcp(Parcel parcel, TransportAddress to) {
        connections.add(new Connection(parcel, to));
    }

    /** The packet that is sent next is this one. */
    void expect(Parcel parcel) {
        flights.put(net.sentPackets(), parcel);
    }

    /** Nothing more will happen: what is at a server now goes no further. */
    void finish() {
        Parcel served = atServer;
        atServer = null;
        if (served != null) {
            end(served);
        }
    }

    private void end(Parcel served) {
        if (!served.isArrived()) {
            served.onDropped(server, "not served: the server sent nothing on");
        }
    }

    @Override
    public void accept(TraceEvent event) {
        Parcel served = atServer;
        atServer = null;
        if (served != null
                && event.step() == TraceEvent.Step.SENT
                && event.where().equals(server)) {
            flights.put(event.flight(), served);
            return;
        }
        if (event.step() == TraceEvent.Step.SENT) {
            connections.stream()
                    .filter(connection -> connection.has(event))
                    .findFirst()
                    .ifPresent(connection -> flights.put(event.flight(), connection.parcel()));
        }
        Parcel parcel = flights.get(event.flight());
        if (served != null) {
            end(served);
        }
        if (parcel == null) {
            return;
        }
        if (event.step() == TraceEvent.Step.DROPPED) {
            parcel.onDropped(event.where(), event.note());
        } else if (event.step() == TraceEvent.Step.ARRIVED) {
            onArrived(parcel, event);
        }
    }

    private void onArrived(Parcel parcel, TraceEvent event) {
        Scenario.Content content = parcel.sending().content();
        if (content == Scenario.Content.TCP && event.packet().payloadBytes() == 0) {
            return;
        }
        boolean pinged = content == Scenario.Content.PING
                && !event.where().equals(parcel.sending().from().host());
        boolean first = pinged || (parcel.goesThroughServer() && isServer.test(event.where()));
        if (first) {
            atServer = parcel;
            server = event.where();
        } else if (content != Scenario.Content.PORT_WISH) {
            parcel.onArrived(event.nanos(), event.packet().source(), event.where());
        }
        if (first && content == Scenario.Content.DATA) {
            parcel.onSource(event.packet().source());
        }
    }
}
