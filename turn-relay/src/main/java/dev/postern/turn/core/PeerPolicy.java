package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.PeerRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom the relay may talk to. In this order, for the address and for every IPv4 address that is {@linkplain EmbeddedIpv4
 * embedded} in it: an explicit deny decides; a service of our own is denied; the address of our own relays is left to the table of
 * live allocations; an explicit allow decides; our other addresses and the {@linkplain DeniedRanges built-in ranges} are
 * denied; the rest is allowed. An address passes only if it and all that it embeds pass.
 *
 * <p>Immutable and free of side effects; any thread. It judges when a permission or channel is made and for each Send; what
 * a permission let in is judged once, since the rules do not change under it.
 */
final class PeerPolicy {

    private final PeerRules rules;
    private final OwnAddresses own;
    private final Set<IpAddress> relayAddresses;

    /**
     * Makes the policy.
     *
     * @param own this server's addresses and services; {@code rules.protectedEndpoints()} must be among them already
     * @param relayAddresses the addresses that clients know relays by, which are the external ones where there are such
     */
    PeerPolicy(PeerRules rules, OwnAddresses own, Set<IpAddress> relayAddresses) {
        this.rules = rules;
        this.own = own;
        this.relayAddresses = new HashSet<>(relayAddresses);
    }

    /** Whether a permission for this address may be installed. What its ports are is judged per packet or channel. */
    PeerVerdict judge(IpAddress address) {
        PeerVerdict verdict = judgeForm(address);
        if (verdict.denied()) {
            return verdict;
        }
        for (IpAddress inner : EmbeddedIpv4.in(address)) {
            PeerVerdict innerVerdict = judge(inner);
            if (innerVerdict != PeerVerdict.ALLOWED) {
                return innerVerdict.denied() ? innerVerdict : PeerVerdict.DENIED_OWN_ADDRESS;
            }
        }
        return verdict;
    }

    /** Whether data may be sent to this transport address, and a channel be bound to it. */
    PeerVerdict judge(TransportAddress peer) {
        PeerVerdict verdict = judge(peer.ip());
        if (verdict.denied()) {
            return verdict;
        }
        if (peer.port() == 0) {
            return PeerVerdict.DENIED_PORT_ZERO;
        }
        if (rules.deniedPorts().contains(peer.port())) {
            return PeerVerdict.DENIED_PORT;
        }
        return reachesService(peer.ip(), peer.port()) ? PeerVerdict.DENIED_OWN_SERVICE : verdict;
    }

    /** What a permission for this address, which was not denied, is about. */
    Permission.Kind kindOf(IpAddress address) {
        if (!relayAddresses.contains(address)) {
            return Permission.Kind.OUTSIDE;
        }
        return judge(address) == PeerVerdict.ONLY_LIVE_RELAYS
                ? Permission.Kind.LIVE_RELAYS
                : Permission.Kind.RELAYS_AND_MORE;
    }

    private boolean reachesService(IpAddress address, int port) {
        return own.isService(address, port)
                || EmbeddedIpv4.in(address).stream().anyMatch(inner -> own.isService(inner, port));
    }

    private PeerVerdict judgeForm(IpAddress address) {
        if (anyContains(rules.deny(), address)) {
            return PeerVerdict.DENIED_BY_RULE;
        }
        if (anyContains(rules.allow(), address)) {
            return PeerVerdict.ALLOWED;
        }
        if (relayAddresses.contains(address)) {
            return PeerVerdict.ONLY_LIVE_RELAYS;
        }
        if (own.isOwn(address)) {
            return PeerVerdict.DENIED_OWN_ADDRESS;
        }
        return anyContains(address.isIpv4() ? DeniedRanges.IPV4 : DeniedRanges.IPV6, address)
                ? PeerVerdict.DENIED_RANGE
                : PeerVerdict.ALLOWED;
    }

    private static boolean anyContains(List<IpPrefix> blocks, IpAddress address) {
        for (IpPrefix block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
