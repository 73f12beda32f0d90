package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.PeerProfile;
import dev.postern.turn.PeerRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom the relay may talk to. An address is taken apart first: it and every IPv4 address that is {@linkplain EmbeddedIpv4 embedded} in
 * it are judged, and it passes only if all of them do. For each, in this order: an explicit deny decides; an explicit
 * allow decides; the address of our own relays is left to the table of live allocations; our other addresses are denied; the
 * {@linkplain PeerProfile profile} decides. A service of our own or of a backend is denied by address and port, whatever allows its address.
 *
 * <p>In a dry run what the configuration denies passes, with a verdict of its own. What is {@linkplain
 * DeniedRanges#NEVER never a peer} and what is ours stays denied.
 *
 * <p>Immutable and free of side effects; any thread. It judges when a permission, channel or connection is made and for each Send; the
 * peer of a channel is judged once, port included, since the rules do not change under it.
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
        PeerVerdict verdict = judgeAllForms(address);
        return verdict.denied() && rules.dryRun() && !isNeverPeer(address) ? PeerVerdict.PASSED_BY_DRY_RUN : verdict;
    }

    /** Whether data may be sent to this transport address, and a channel or connection be made to it. */
    PeerVerdict judge(TransportAddress peer) {
        PeerVerdict verdict = judge(peer.ip());
        if (verdict.denied()) {
            return verdict;
        }
        PeerVerdict ofPort = judgePort(peer);
        return ofPort == PeerVerdict.ALLOWED ? verdict : ofPort;
    }

    /**
     * What the port alone says, for a packet whose address has a permission: not {@link PeerVerdict#ALLOWED} for no port, a denied
     * one and that of a service of ours.
     */
    PeerVerdict judgePort(TransportAddress peer) {
        if (peer.port() == 0) {
            return PeerVerdict.DENIED_PORT_ZERO;
        }
        if (reachesService(peer.ip(), peer.port())) {
            return PeerVerdict.DENIED_OWN_SERVICE;
        }
        if (rules.deniedPorts().contains(peer.port())) {
            return rules.dryRun() ? PeerVerdict.PASSED_BY_DRY_RUN : PeerVerdict.DENIED_PORT;
        }
        return PeerVerdict.ALLOWED;
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

    /** What no dry run lets pass: ours, and what no rule is ever meant to open by chance. */
    private boolean isNeverPeer(IpAddress address) {
        return own.isOwn(address)
                || anyContains(DeniedRanges.NEVER, address)
                || EmbeddedIpv4.in(address).stream().anyMatch(this::isNeverPeer);
    }

    private PeerVerdict judgeAllForms(IpAddress address) {
        PeerVerdict verdict = judgeForm(address);
        if (verdict.denied()) {
            return verdict;
        }
        for (IpAddress inner : EmbeddedIpv4.in(address)) {
            PeerVerdict innerVerdict = judgeAllForms(inner);
            if (innerVerdict != PeerVerdict.ALLOWED) {
                return innerVerdict.denied() ? innerVerdict : PeerVerdict.DENIED_OWN_ADDRESS;
            }
        }
        return verdict;
    }

    private PeerVerdict judgeForm(IpAddress address) {
        if (anyContains(rules.deny(), address)) {
            return PeerVerdict.DENIED_BY_RULE;
        }
        if (anyContains(rules.allow(), address)) {
            return PeerVerdict.ALLOWED;
        }
        if (relayAddresses.contains(address) && (rules.profile() != PeerProfile.SFU || rules.dryRun())) {
            return PeerVerdict.ONLY_LIVE_RELAYS;
        }
        if (own.isOwn(address)) {
            return PeerVerdict.DENIED_OWN_ADDRESS;
        }
        return switch (rules.profile()) {
            case PUBLIC -> anyContains(DeniedRanges.PUBLIC, address) ? PeerVerdict.DENIED_RANGE : PeerVerdict.ALLOWED;
            case PRIVATE -> judgeInPrivate(address);
            case SFU -> PeerVerdict.DENIED_NOT_LISTED;
        };
    }

    private static PeerVerdict judgeInPrivate(IpAddress address) {
        boolean opened =
                anyContains(DeniedRanges.PRIVATE, address) && !anyContains(DeniedRanges.CLOUD_METADATA, address);
        return !opened && anyContains(DeniedRanges.PUBLIC, address) ? PeerVerdict.DENIED_RANGE : PeerVerdict.ALLOWED;
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
