package dev.postern.natsim.scenario.run;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.fabric.EchoPort;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.natsim.scenario.Endpoint;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The TCP connections and pings of the hosts of a file. Owned by the thread that runs the network. */
final class Streams {

    private static final TcpHandler LISTENS = (connection, data) -> {};

    private final Stage stage;
    private final Set<Endpoint> listening = new HashSet<>();
    private final Map<Endpoint, EchoPort> pings = new HashMap<>();
    private int sequence;

    Streams(Stage stage) {
        this.stage = stage;
    }

    /** Takes connections at a port, and what they bring. */
    void listen(Endpoint endpoint) {
        if (listening.add(endpoint)) {
            stage.host(endpoint.host()).listen(endpoint.port(), connection -> LISTENS);
        }
    }

    /** Opens a connection, sends the payload over it and closes it. */
    void send(Parcel parcel, TransportAddress to, ByteBuffer payload) {
        Endpoint from = parcel.sending().from();
        try {
            stage.host(from.host()).connect(from.port(), to, new TcpHandler() {
                @Override
                public void onConnected(TcpConnection connection) {
                    connection.send(payload);
                    connection.close();
                }

                @Override
                public void onData(TcpConnection connection, ByteBuffer data) {}
            });
        } catch (IllegalStateException refused) {
            parcel.onDropped(from.host(), "not opened: " + refused.getMessage());
        }
    }

    /** Sends one echo request; the port is its identifier. */
    void ping(Endpoint from, IpAddress to, ByteBuffer payload, IpFields fields) {
        Host host = stage.host(from.host());
        pings.computeIfAbsent(from, place -> host.openEcho(place.port(), (now, source, reply) -> {}))
                .send(to, sequence++ & 0xFFFF, payload, fields);
    }
}
