package dev.postern.natsim;

/** What an ICMP error says, with its type and code in ICMP (RFC 792) and in ICMPv6 (RFC 4443). */
public enum IcmpReason {
    NO_ROUTE("net unreachable", 3, 0, 1, 0),
    HOST_UNREACHABLE("host unreachable", 3, 1, 1, 3),
    PROTOCOL_UNREACHABLE("protocol unreachable", 3, 2, 4, 1),
    PORT_UNREACHABLE("port unreachable", 3, 3, 1, 4),
    ADMINISTRATIVELY_PROHIBITED("administratively prohibited", 3, 13, 1, 1),
    /** The packet is larger than the next link takes: "fragmentation needed" in IPv4, "packet too big" in IPv6. */
    TOO_BIG("too big", 3, 4, 2, 0),
    HOPS_EXHAUSTED("time exceeded", 11, 0, 3, 0),
    REASSEMBLY_TIMEOUT("reassembly time exceeded", 11, 1, 3, 1);

    private final String label;
    private final int ipv4Type;
    private final int ipv4Code;
    private final int ipv6Type;
    private final int ipv6Code;

    IcmpReason(String label, int ipv4Type, int ipv4Code, int ipv6Type, int ipv6Code) {
        this.label = label;
        this.ipv4Type = ipv4Type;
        this.ipv4Code = ipv4Code;
        this.ipv6Type = ipv6Type;
        this.ipv6Code = ipv6Code;
    }

    /** The words for people. */
    public String label() {
        return label;
    }

    /** The ICMP type, of ICMPv6 if {@code ipv4} is false. */
    public int type(boolean ipv4) {
        return ipv4 ? ipv4Type : ipv6Type;
    }

    /** The ICMP code, of ICMPv6 if {@code ipv4} is false. */
    public int code(boolean ipv4) {
        return ipv4 ? ipv4Code : ipv6Code;
    }
}
