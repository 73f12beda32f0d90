package dev.postern.natsim;

/** What an IP packet carries, as far as a NAT tells packets apart. */
public enum IpProtocol {
    UDP,
    TCP,
    /** ICMP in IPv4 and ICMPv6 in IPv6. */
    ICMP
}
