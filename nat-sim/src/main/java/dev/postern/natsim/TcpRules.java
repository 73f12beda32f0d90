package dev.postern.natsim;

import java.time.Duration;

/**
 * What is special to TCP; its timers are in {@link Lifetimes}.
 *
 * @param unsolicitedSyn what a SYN from outside that is not let in gets as an answer
 * @param synWait how long {@link UnsolicitedSyn#ICMP_AFTER_WAIT} waits (RFC 5382 REQ-4: at least 6 seconds)
 * @param pickUp whether a segment from inside without a SYN before it makes a connection, as after a reboot of the NAT in
 *     Linux; otherwise it is dropped
 */
public record TcpRules(UnsolicitedSyn unsolicitedSyn, Duration synWait, boolean pickUp) {

    /** Refuses a wait below zero or above a year. */
    public TcpRules {
        Lifetimes.check("synWait", synWait, true);
    }
}
