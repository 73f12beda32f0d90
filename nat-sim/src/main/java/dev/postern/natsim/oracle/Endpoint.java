package dev.postern.natsim.oracle;

import org.jspecify.annotations.Nullable;

/**
 * A transport address as the oracle thinks of it: by what it stands for, without numbers. Two are equal just when their
 * numbers would be.
 */
sealed interface Endpoint {

    /** The agents. */
    enum Agent {
        A,
        B;

        Agent other() {
            return this == A ? B : A;
        }
    }

    /** An agent's own address. */
    record Inside(Agent agent, boolean atServer) implements Endpoint {
        @Override
        public Object ip() {
            return atServer ? SERVER_IP : agent;
        }
    }

    /** The address that the STUN and TURN server listens at. */
    record Server() implements Endpoint {
        @Override
        public Object ip() {
            return SERVER_IP;
        }
    }

    /** The relayed transport address of an agent. */
    record Relay(Agent agent) implements Endpoint {
        @Override
        public Object ip() {
            return SERVER_IP;
        }
    }

    /**
     * What a NAT has put in the place of an address on its inside.
     *
     * @param towards the destination, as far as the mapping depends on it; null if it does not
     */
    record Mapped(Gateway gateway, Endpoint inner, @Nullable Object towards) implements Endpoint {
        @Override
        public Object ip() {
            return gateway.poolsArbitrarily() ? this : gateway;
        }
    }

    /** The IP address of the server. */
    Object SERVER_IP = "server";

    /** The IP address alone. */
    Object ip();
}
