package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One protocol by which a gateway gives ports on request. */
interface PortOffer {

    /**
     * What the gateway has answered.
     *
     * @param mapped where the port is reached; null if it was not granted
     * @param lifetimeSeconds for how long; 0 if it was not granted
     * @param words the answer, or that there was none, for a person
     */
    record Grant(@Nullable TransportAddress mapped, long lifetimeSeconds, String words) {
        static Grant refused(String words) {
            return new Grant(null, 0, words);
        }
    }

    /** Asks for the port of a socket, as it stands outside too if that may be. */
    void map(ProbeSocket socket, long lifetimeSeconds, Consumer<Grant> then);

    /** Gives up what was granted for the socket, and what may have been; hands on what came of it, for a person. */
    void giveUp(ProbeSocket socket, Consumer<String> then);
}
