package dev.postern.conformance;

import dev.postern.stun.IpAddress;

/** IPv4 or IPv6. */
public enum IpFamily {
    IPV4(0x01),
    IPV6(0x02);

    private final int code;

    IpFamily(int code) {
        this.code = code;
    }

    /** The number in REQUESTED-ADDRESS-FAMILY and in address attributes (RFC 8489 section 14.1). */
    public int code() {
        return code;
    }

    /** The value of REQUESTED-ADDRESS-FAMILY and ADDITIONAL-ADDRESS-FAMILY: the code, then three zero bytes. */
    public long attribute() {
        return (long) code << 24;
    }

    public static IpFamily of(IpAddress address) {
        return address.isIpv4() ? IPV4 : IPV6;
    }
}
