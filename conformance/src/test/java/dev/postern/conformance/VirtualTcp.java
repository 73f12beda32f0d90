package dev.postern.conformance;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.core.PeerConnection;
import dev.postern.turn.core.RelayLeg;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** TCP between relays and peers in virtual time: what a connection is asked for happens after the input that asked. */
final class VirtualTcp {

    private final VirtualServer server;
    private final Map<TransportAddress, Listener> listeners = new HashMap<>();
    private final Map<VirtualPeerConnection, PeerConnection> connections = new HashMap<>();

    VirtualTcp(VirtualServer server) {
        this.server = server;
    }

    /** A peer that listens at this address. */
    ListeningPeer listen(TransportAddress address) {
        Listener listener = new Listener(address);
        listeners.put(address, listener);
        return listener;
    }

    void connectPeer(RelayLeg leg, PeerConnection connection, TransportAddress target) {
        Listener listener = listeners.get(target);
        if (listener != null) {
            VirtualPeerConnection made = new VirtualPeerConnection(this, target, VirtualServer.addressOf(leg));
            listener.arrived.add(made);
            connections.put(made, connection);
            connection.attach(made);
            server.engine().tcpRelaying().onPeerConnected(server.now(), connection);
        } else if (!target.ip().equals(VirtualSetups.SILENT_HOST)) {
            server.engine().tcpRelaying().onPeerConnectFailed(server.now(), connection);
        }
    }

    void closePeer(PeerConnection connection) {
        if (connection.attachment() instanceof VirtualPeerConnection made) {
            connections.remove(made);
            made.closeFromRelay();
        }
    }

    void join(FiveTuple path, PeerConnection connection) {
        if (connection.attachment() instanceof VirtualPeerConnection made) {
            made.join(server.wireOf(path));
        }
    }

    /** The peer's end or the client's joined stream was closed. */
    void onClosed(VirtualPeerConnection made) {
        PeerConnection connection = connections.remove(made);
        if (connection != null) {
            server.engine().tcpRelaying().onPeerClosed(server.now(), connection);
            server.settle();
        }
    }

    /** A peer. */
    private final class Listener implements ListeningPeer {

        private final TransportAddress address;
        private final Queue<VirtualPeerConnection> arrived = new ArrayDeque<>();
        private int nextPort = 50_000;

        Listener(TransportAddress address) {
            this.address = address;
        }

        @Override
        public TransportAddress local() {
            return address;
        }

        @Override
        public @Nullable VirtualPeerConnection accept(Duration wait) {
            return arrived.poll();
        }

        @Override
        public @Nullable VirtualPeerConnection connect(TransportAddress relayed) {
            RelayLeg leg = server.tcpLegOf(relayed);
            if (leg == null) {
                return null;
            }
            TransportAddress from = TransportAddress.of(address.ip(), nextPort++);
            VirtualPeerConnection made = new VirtualPeerConnection(VirtualTcp.this, from, relayed);
            dev.postern.turn.core.PeerConnection accepted =
                    server.engine().tcpRelaying().onPeerAccepted(server.now(), leg, from, made);
            if (!made.closesWithin(Duration.ZERO)) {
                connections.put(made, accepted);
            }
            server.settle();
            return made;
        }

        @Override
        public void close() {
            listeners.remove(address);
        }
    }
}
