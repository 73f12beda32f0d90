package dev.postern.natsim;

/** How a NAT picks the external address and port of an outbound packet (RFC 4787 section 4.1). */
public enum Mapping {
    /** Endpoint-independent: one external port per internal transport address, whatever the destination. */
    EIM,
    /** Address-dependent: another external port per destination address. */
    ADM,
    /** Address- and port-dependent: another external port per destination transport address. */
    APDM
}
