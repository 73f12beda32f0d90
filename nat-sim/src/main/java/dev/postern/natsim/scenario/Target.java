package dev.postern.natsim.scenario;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Where a packet is sent to; some places are known only while the scenario runs. */
public sealed interface Target {

    /** A port of a host of the scenario, at the address that the host has. */
    record At(Endpoint endpoint) implements Target {
        @Override
        public @Nullable TransportAddress resolve(Places places) {
            return places.addressOf(endpoint);
        }

        @Override
        public String toString() {
            return endpoint.toString();
        }
    }

    /** A transport address, written out. */
    record Written(TransportAddress address) implements Target {
        @Override
        public @Nullable TransportAddress resolve(Places places) {
            return address;
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /** The source that a named packet had when it last arrived; of a STUN request, what the answer says. */
    record SourceOf(String packet) implements Target {
        @Override
        public @Nullable TransportAddress resolve(Places places) {
            return places.sourceOf(packet);
        }

        @Override
        public String toString() {
            return "source of " + packet;
        }
    }

    /** The relayed transport address that a port of a host has allocated. */
    record RelayOf(Endpoint endpoint) implements Target {
        @Override
        public @Nullable TransportAddress resolve(Places places) {
            return places.relayOf(endpoint);
        }

        @Override
        public String toString() {
            return "relay of " + endpoint;
        }
    }

    /** The transport address as it is now; null while there is none. */
    @Nullable
    TransportAddress resolve(Places places);

    /** Whom a running scenario asks. */
    interface Places {
        @Nullable
        TransportAddress addressOf(Endpoint endpoint);

        @Nullable
        TransportAddress sourceOf(String packet);

        @Nullable
        TransportAddress relayOf(Endpoint endpoint);
    }
}
