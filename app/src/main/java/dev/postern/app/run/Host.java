package dev.postern.app.run;

import dev.postern.stun.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this machine's network interfaces say. Another one stands in for it in tests. */
public interface Host {

    /** Every address of an interface that is up, loopback included, link-local IPv6 left out. */
    List<IpAddress> addresses();

    /** The IPv4 address from which packets to the outside leave; null when there is none. */
    @Nullable
    IpAddress primaryIpv4();

    /** Its private IPv4 addresses with their networks, the one towards the outside first; tunnels left out. */
    List<LanAddress> lanAddresses();

    /** The names that others on its networks may know it by, without a domain; may be none. */
    List<String> names();
}
