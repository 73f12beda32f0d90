package dev.postern.natsim.explore;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.PortSharing;
import dev.postern.natsim.Rewrites;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A NAT in one word, as {@link TrialText} has it: {@code EIM/APDF}, or {@code fw/APDF} for a router that does not translate,
 * and then what differs from the builder's defaults: {@code +host} for {@link FilterScope#HOST}, {@code +random} and {@code
 * +sequential} ports, {@code +pool} for a pool of addresses that is used arbitrarily, {@code +hairpin} with the external source, {@code +leak} with the internal one, {@code +refresh} from
 * inside and outside, {@code +no-udp}, {@code +addresses} for {@link Rewrites#ADDRESSES}, {@code +blacklist} of five minutes.
 * {@code linux/APDF} is {@link NatBehaviour#linux}, and may have {@code +open-input}.
 */
final class NatText {

    private static final String FIREWALL = "fw";
    private static final String LINUX = "linux";

    private NatText() {}

    /** The same NAT under the word for it. */
    static NatBehaviour named(NatBehaviour behaviour) {
        return behaviour.toBuilder().name(write(behaviour)).build();
    }

    /** The same NAT on other axes; a Linux no longer is one. */
    static NatBehaviour withAxes(NatBehaviour nat, Mapping mapping, Filtering filtering) {
        String word = write(nat).replace("+open-input", "");
        int options = word.indexOf('+');
        String axes = (nat.translates() ? mapping.name() : FIREWALL) + "/" + filtering;
        return parse(options < 0 ? axes : axes + word.substring(options));
    }

    static String write(NatBehaviour behaviour) {
        StringBuilder word = new StringBuilder(axis(behaviour)).append('/').append(behaviour.filtering());
        append(word, behaviour.filterScope() == FilterScope.HOST, "+host");
        append(word, behaviour.ports().allocation() == PortAllocation.RANDOM, "+random");
        append(word, behaviour.ports().allocation() == PortAllocation.SEQUENTIAL, "+sequential");
        append(word, behaviour.pooling() == Pooling.ARBITRARY, "+pool");
        append(word, behaviour.rewrites() == Rewrites.ADDRESSES, "+addresses");
        append(word, behaviour.hairpin() == Hairpin.EXTERNAL_SOURCE, "+hairpin");
        append(word, behaviour.hairpin() == Hairpin.INTERNAL_SOURCE, "+leak");
        append(word, behaviour.lifetimes().inboundRefresh() && !isLinux(behaviour), "+refresh");
        append(word, behaviour.quirks().openInput(), "+open-input");
        append(word, !behaviour.quirks().blacklist().isZero(), "+blacklist");
        append(word, behaviour.blocked().contains(IpProtocol.UDP), "+no-udp");
        return word.toString();
    }

    private static String axis(NatBehaviour behaviour) {
        if (isLinux(behaviour)) {
            return LINUX;
        }
        return behaviour.translates() ? behaviour.mapping().name() : FIREWALL;
    }

    private static boolean isLinux(NatBehaviour behaviour) {
        return behaviour.ports().sharing() == PortSharing.OTHER_DESTINATIONS;
    }

    private static void append(StringBuilder word, boolean is, String option) {
        if (is) {
            word.append(option);
        }
    }

    /**
     * The NAT that a word stands for.
     *
     * @throws IllegalArgumentException with one sentence if it stands for none
     */
    static NatBehaviour parse(String word) {
        List<String> parts = List.of(word.split("\\+"));
        String[] axes = parts.get(0).split("/");
        if (axes.length != 2) {
            throw new IllegalArgumentException("'" + word + "' does not begin as EIM/APDF or fw/APDF do");
        }
        NatBehaviourBuilder builder = builder(word, axes[0], Filtering.valueOf(axes[1]));
        parts.stream().skip(1).forEach(option -> set(builder, option));
        return builder.build();
    }

    private static NatBehaviourBuilder builder(String word, String axis, Filtering filtering) {
        return switch (axis) {
            case FIREWALL -> NatBehaviour.builder(word, Mapping.EIM, filtering).translates(false);
            case LINUX -> NatBehaviour.linux().toBuilder().name(word);
            default -> NatBehaviour.builder(word, Mapping.valueOf(axis), filtering);
        };
    }

    private static void set(NatBehaviourBuilder builder, String option) {
        switch (option) {
            case "host" -> builder.filterScope(FilterScope.HOST);
            case "random" -> builder.ports(PortAllocation.RANDOM);
            case "sequential" -> builder.ports(PortAllocation.SEQUENTIAL);
            case "pool" -> builder.pooling(Pooling.ARBITRARY);
            case "hairpin" -> builder.hairpin(Hairpin.EXTERNAL_SOURCE);
            case "leak" -> builder.hairpin(Hairpin.INTERNAL_SOURCE);
            case "addresses" -> builder.rewrites(Rewrites.ADDRESSES);
            case "open-input" -> builder.openInput(true);
            case "blacklist" -> builder.blacklist(Duration.ofMinutes(5));
            case "refresh" -> builder.inboundRefresh(true);
            case "no-udp" -> builder.blocked(Set.of(IpProtocol.UDP));
            default -> throw new IllegalArgumentException("'+" + option + "' is no option of a NAT here");
        }
    }
}
