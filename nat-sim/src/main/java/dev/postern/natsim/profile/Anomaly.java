package dev.postern.natsim.profile;

/** What a behaviour tester has to remark beside mapping, filtering, ports, hairpin and timers. */
public enum Anomaly {
    /** Two inside hosts with one port get one external transport address: RFC 4787 REQ-3. */
    OVERLOADING,
    /** One host has several external addresses: RFC 4787 REQ-2. */
    ARBITRARY_POOLING,
    /** A peer's early packet changes the port that packets to him leave from. */
    EARLY_PACKET_CHANGES_PORT,
    /** A peer's early packet shuts him out, even when he is contacted then. */
    EARLY_PACKET_BLACKLISTS,
    /** Hairpinned packets show the sender's inside address: RFC 4787 REQ-9 a. */
    HAIRPIN_LEAKS_SOURCE,
    /** New sockets are mapped in another way when many mappings exist: RFC 4787 REQ-11. */
    CHANGES_UNDER_LOAD,
    /** A mapping lasts less than the 2 minutes of RFC 4787 REQ-5. */
    SHORT_LIFETIME,
    /** Addresses in payloads are changed. */
    REWRITES_PAYLOAD,
    /** New mappings are refused after fewer than 1,000. */
    FEW_MAPPINGS,
    /** A new mapping ends an old one. */
    EVICTS,
    /** An ICMP error ends the mapping that it is about: RFC 4787 REQ-12. */
    ICMP_ENDS_MAPPING,
    /** An unsolicited SYN is reset at once: RFC 5382 REQ-4. */
    RESETS_SYN,
    /** An open TCP connection is forgotten in less than the 2 h 4 min of RFC 5382 REQ-5. */
    SHORT_TCP_LIFETIME,
    /** Fragments do not pass: RFC 4787 REQ-14. */
    DROPS_FRAGMENTS,
    /** A port whose mapping has ended is not given again at once: RFC 6888 REQ-8, and no fault. */
    HOLDS_PORTS
}
