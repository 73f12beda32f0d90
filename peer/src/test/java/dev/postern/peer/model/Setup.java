package dev.postern.peer.model;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import java.util.List;

/**
 * What stays the same during a schedule.
 *
 * @param clients how many there are
 * @param ringMessages how many messages the server keeps for a client
 * @param queueMessages how many messages may wait to be sent to a client
 * @param serversPerRoom whether rooms have ICE servers of their own
 * @param latencyMillis how long a message takes
 * @param requestSeconds how long a request may wait for its answer
 * @param welcomeSeconds how long a connection may take to its welcome
 * @param streams whether two of three connections are HTTP streams, whose hello comes with the request that opens them
 */
record Setup(
        int clients,
        int ringMessages,
        int queueMessages,
        boolean serversPerRoom,
        int latencyMillis,
        int requestSeconds,
        int welcomeSeconds,
        boolean streams) {

    static final List<String> ROOMS = List.of("red", "blue");

    /** The server's configuration for it. */
    SignalingConfig config() {
        return builder().build();
    }

    /** The same, to be changed. */
    SignalingConfig.Builder builder() {
        SignalingConfig.Builder builder = SignalingConfig.builder()
                .limit(SignalingLimit.RESUME_MESSAGES, ringMessages)
                .limit(SignalingLimit.QUEUE_MESSAGES, queueMessages);
        return serversPerRoom ? builder.iceServers(new ServersPerRoom()) : builder;
    }

    /** Servers that tell by their user name which room they are for. */
    private static final class ServersPerRoom implements IceServersProvider {

        @Override
        public IceServers servers(Client client) {
            String room = client.room();
            return named(room == null ? "" : room);
        }

        @Override
        public boolean isPerRoom() {
            return true;
        }

        private static IceServers named(String room) {
            IceServer server = new IceServer(List.of("turn:192.0.2.5:3478"), room, "secret");
            return new IceServers(List.of(server), IceServers.NO_CREDENTIAL_TTL_SECONDS);
        }
    }
}
