package dev.postern.natsim.explore;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.PortSharing;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A trial as a scenario file: the same NATs, addresses and lines, a call between two agents of the model, and the end that it is
 * to have. What NATs and lines draw at random is the same too.
 */
final class TrialScenario {

    private static final String SERVER = "server";
    private static final int DURATION_SECONDS = 40;

    private final Trial trial;
    private final Placement placement;
    private final Layout layout;
    private final StringBuilder text = new StringBuilder();

    private TrialScenario(Trial trial) {
        this.trial = trial;
        this.placement = trial.placement();
        this.layout = Layout.of(trial);
    }

    /** The file, which expects the end that the trial was seen to have. */
    static String write(Judgement judgement) {
        return new TrialScenario(judgement.trial()).file(judgement);
    }

    private String file(Judgement judgement) {
        line("# %s", judgement.inWords());
        line("# As a line for postern lab explore --replay: %s", trial);
        line("title: \"%s\"", trial);
        line("seed: %d", trial.seed());
        line("duration: %ds", DURATION_SECONDS);
        if (!layout.networks().isEmpty()) {
            line("networks:");
            layout.networks().forEach(this::network);
        }
        line("hosts:");
        host("A", layout.a(), trial.latencyOfAMillis());
        if (!placement.bAtServer()) {
            host("B", layout.b(), trial.latencyOfBMillis());
        }
        line("servers:");
        line(
                "  %s: {address: \"%s\"%s, link: {latency: %dms}, allow-peers: \"%s\"}",
                SERVER,
                Layout.numbering(trial).server(),
                placement.turn() == Turn.UDP_AND_TCP ? ", tcp-port: " + TopologyNet.SERVER_TCP_PORT : "",
                TopologyNet.DATACENTRE_MILLIS,
                Layout.numbering(trial).peers());
        line("calls:");
        call(judgement.observed());
        return text.toString();
    }

    private void network(Layout.Network network) {
        NatBehaviour nat = network.behaviour();
        String where = nat.translates()
                ? "address: ["
                        + network.externals().stream()
                                .map(address -> "\"" + address + "\"")
                                .collect(Collectors.joining(", "))
                        + "]"
                : "addresses: \"" + network.addresses().get(0) + "\"";
        int index = layout.networks().indexOf(network);
        boolean isolated = placement.isolated() && index == layout.meeting();
        line("  %s:", name(index));
        line("    nat: {%s}", String.join(", ", keys(nat)));
        line("    %s", where);
        if (network.outside() >= 0) {
            line("    outside: %s", name(network.outside()));
        }
        if (isolated) {
            line("    isolated: true");
        }
        line("    link: {latency: %dms}", TopologyNet.ACCESS_MILLIS);
    }

    private String name(int index) {
        Layout.Network network = layout.networks().get(index);
        return network.whose().replace("'s", "") + "-router-" + network.number();
    }

    private void host(String name, Layout.Home home, int latencyMillis) {
        String network = home.network() < 0 ? "" : "network: " + name(home.network()) + ", ";
        String loss = trial.lossPercent() == 0 ? "" : ", loss: " + trial.lossPercent() + "%";
        line("  %s: {%saddress: \"%s\", link: {latency: %dms%s}}", name, network, home.address(), latencyMillis, loss);
    }

    private void call(Outcome end) {
        List<String> keys = new ArrayList<>();
        keys.add("from: A");
        keys.add("to: " + (placement.bAtServer() ? SERVER : "B"));
        keys.add("server: " + SERVER);
        keys.add("relay: " + (placement.turn() != Turn.NONE));
        keys.add("agents: model");
        if (trial.headStartMillis() > 0) {
            keys.add("to-waits: " + trial.headStartMillis() + "ms");
        } else if (trial.headStartMillis() < 0) {
            keys.add("from-waits: " + -trial.headStartMillis() + "ms");
        }
        keys.add("expect: " + end.label());
        line("  - {%s}", String.join(", ", keys));
    }

    /** What differs from a full cone with the defaults of the builder, or from Linux. */
    private static List<String> keys(NatBehaviour nat) {
        List<String> keys = new ArrayList<>();
        boolean isLinux = nat.ports().sharing() == PortSharing.OTHER_DESTINATIONS;
        keys.add("like: " + (isLinux ? "linux" : "full-cone"));
        if (!isLinux) {
            keys.add("mapping: " + nat.mapping());
            keys.add("filtering: " + nat.filtering());
        }
        add(keys, nat.rewrites() != Rewrites.ADDRESSES_AND_PORTS, "rewrites: " + word(nat.rewrites()));
        add(keys, nat.filterScope() != FilterScope.MAPPING, "filter-scope: " + word(nat.filterScope()));
        add(
                keys,
                nat.ports().allocation() != PortAllocation.PRESERVE,
                "ports: " + word(nat.ports().allocation()));
        add(keys, nat.pooling() != Pooling.PAIRED, "pooling: " + word(nat.pooling()));
        add(keys, nat.hairpin() != Hairpin.NONE, "hairpin: " + word(nat.hairpin()));
        add(keys, nat.lifetimes().inboundRefresh() != isLinux, "inbound-refresh: " + !isLinux);
        add(keys, nat.quirks().openInput(), "open-input: true");
        add(
                keys,
                !nat.quirks().blacklist().isZero(),
                "blacklist: " + nat.quirks().blacklist().toSeconds() + "s");
        add(keys, nat.blocked().contains(IpProtocol.UDP), "blocked: udp");
        return keys;
    }

    private static void add(List<String> keys, boolean is, String key) {
        if (is) {
            keys.add(key);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
