package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.stun.IpAddress;

/** What a program that sends ICMP echo requests does with the answers. Called on the thread that runs the network. */
@FunctionalInterface
public interface EchoHandler {

    /** An echo reply has arrived. */
    void onReply(long nowNanos, IpAddress from, Content.Echo reply);

    /**
     * An ICMP error about a request has arrived.
     *
     * @param asked whom the request was for
     */
    default void onError(long nowNanos, IpAddress asked, Content.IcmpError error) {}
}
