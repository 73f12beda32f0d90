package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IcmpErrors;
import dev.postern.natsim.Instability;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.PortControl;
import dev.postern.natsim.PortSharing;
import dev.postern.natsim.UpnpIgd;
import dev.postern.natsim.tester.Finding.Status;
import dev.postern.natsim.tester.PortRule.Kind;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the tester has to say about a NAT that is configured so; UDP passes it. */
final class ExpectedReport {

    private final NatBehaviour nat;

    private ExpectedReport(NatBehaviour nat) {
        this.nat = nat;
    }

    static ExpectedReport of(NatBehaviour nat) {
        return new ExpectedReport(nat);
    }

    void check(NatReport report) {
        assertThat(report.find(Topic.UDP).is(true)).as(nat.toString()).isTrue();
        assertThat(report.find(Topic.SERVER).is(true)).as(nat.toString()).isTrue();
        is(report, Topic.TRANSLATION, nat.translates() ? Translation.NAT : Translation.NONE);
        is(report, Topic.FILTERING, nat.filtering());
        ports(report, nat.gate().udpPorts());
        is(report, Topic.ALG, nat.quirks().alg().binary());
        is(report, Topic.FRAGMENTS_IN, true);
        is(report, Topic.FRAGMENTS_OUT, true);
        if (nat.filtering() == Filtering.EIF) {
            none(report, Topic.FILTER_PER_HOST);
        } else {
            is(report, Topic.FILTER_PER_HOST, nat.filterScope() == FilterScope.HOST);
        }
        boolean oneMapping = !nat.translates() || nat.seenMapping() == Mapping.EIM;
        if (nat.filtering() == Filtering.EIF || !(oneMapping || nat.filterScope() == FilterScope.HOST)) {
            none(report, Topic.OPENED_BY_LEAVING); // nothing to open, or the answer goes to another mapping
        } else if (nat.icmpErrors() != IcmpErrors.TRANSLATED) {
            none(report, Topic.OPENED_BY_LEAVING); // nobody hears that the packet died
        } else {
            is(
                    report,
                    Topic.OPENED_BY_LEAVING,
                    nat.filterScope() == FilterScope.HOST || !nat.quirks().icmpEndsMapping());
        }
        if (nat.translates()) {
            is(report, Topic.MAPPING, nat.seenMapping());
            ports(report);
            hairpin(report);
            crowd(report);
            if (nat.seenMapping() == Mapping.EIM) {
                is(report, Topic.EARLY_PACKET, early());
            } else {
                none(report, Topic.EARLY_PACKET);
            }
        } else {
            Topic.CROWD.forEach(topic -> none(report, topic));
            none(report, Topic.EARLY_PACKET);
            none(report, Topic.HAIRPIN_SELF);
            none(report, Topic.MAPPING);
            none(report, Topic.PORTS);
            none(report, Topic.HAIRPIN);
        }
        lifetimes(report);
        icmpErrors(report);
        portControl(report);
        ExpectedProtocols protocols = new ExpectedProtocols(nat, report);
        protocols.check();
        protocols.checkLifetimes();
    }

    /** The ports that the gate passes, of those that the server listens at. */
    private void ports(NatReport report, Set<Integer> gate) {
        is(
                report,
                Topic.UDP_PORTS,
                new PortList(PortReachStage.PORTS.stream()
                        .filter(port -> gate.isEmpty() || gate.contains(port))
                        .toList()));
    }

    private void portControl(NatReport report) {
        PortControl control = nat.portControl();
        if (!nat.translates()) {
            none(report, Topic.PORT_CONTROL);
            return;
        }
        is(
                report,
                Topic.PORT_CONTROL,
                new PortControlSeen(
                        control.natPmp(), control.pcp(), control.upnpIgd().version()));
        if (control.natPmp() || control.upnpIgd() != UpnpIgd.NONE) {
            is(report, Topic.NESTED, false);
        } else if (report.find(Topic.MAPPED_PORT).status() == Status.NOT_MEASURABLE) {
            none(report, Topic.NESTED);
        }
    }

    private void icmpErrors(NatReport report) {
        boolean stateless = !nat.translates() && nat.filtering() == Filtering.EIF;
        boolean shared = !nat.translates() || nat.seenMapping() != Mapping.APDM;
        boolean comesBack = nat.icmpErrors() == IcmpErrors.TRANSLATED
                && nat.gate().udpPorts().isEmpty();
        if (stateless || !shared || !comesBack) {
            none(report, Topic.ICMP_ENDS);
        } else if (isSteady()) {
            boolean perConnection = nat.ports().sharing() == PortSharing.OTHER_DESTINATIONS;
            is(report, Topic.ICMP_ENDS, nat.quirks().icmpEndsMapping() && !perConnection);
        }
        if (stateless || nat.lifetimes().inboundRefresh()) {
            none(report, Topic.ICMP_PROLONGS);
        } else {
            is(report, Topic.ICMP_PROLONGS, nat.quirks().icmpProlongsMapping());
        }
    }

    private void rest(NatReport report, boolean keepsPort) {
        if (!nat.translates() || !keepsPort) {
            none(report, Topic.PORT_REST);
            return;
        }
        assertThat(report.find(Topic.PORT_REST).isMeasured())
                .as(nat + ": " + report.find(Topic.PORT_REST))
                .isTrue();
        Span span = report.find(Topic.PORT_REST).value();
        Duration rest = nat.ports().holdDown();
        assertThat(span.contains(rest)).as(nat + " " + span).isTrue();
        Duration end = span.atMost();
        assertThat(end == null ? rest : end)
                .as(nat + " " + span)
                .isLessThan(rest.plus(nat.idleLifetime().dividedBy(8)).plusSeconds(11));
    }

    private void lifetimes(NatReport report) {
        if (!nat.translates() && nat.filtering() == Filtering.EIF) {
            Topic.LIFETIMES.forEach(topic -> none(report, topic));
            return;
        }
        Duration idle = nat.idleLifetime();
        Duration stream = nat.lifetimes().udpStream();
        Duration filter = nat.lifetimes().filter();
        lasts(report, Topic.LIFETIME, heard(idle, filter));
        lasts(report, Topic.STREAM_LIFETIME, heard(stream == null ? idle : stream, filter));
        boolean oneMapping = !nat.translates() || nat.seenMapping() == Mapping.EIM;
        if (oneMapping && nat.filtering() != Filtering.EIF && nat.filterScope() == FilterScope.MAPPING && isSteady()) {
            lasts(report, Topic.FILTER_LIFETIME, filter == null ? idle : filter);
        } else if (isSteady()) {
            none(report, Topic.FILTER_LIFETIME);
        }
        is(report, Topic.OUTBOUND_REFRESH, nat.lifetimes().outboundRefresh());
        is(report, Topic.INBOUND_REFRESH, nat.lifetimes().inboundRefresh());
        boolean keepsPort = !nat.translates() || nat.ports().allocation() == PortAllocation.PRESERVE;
        boolean restsLong = nat.ports().holdDown().compareTo(nat.idleLifetime().dividedBy(6)) > 0;
        is(report, Topic.PORT_AFTER_END, keepsPort && !restsLong ? PortAfterEnd.SAME : PortAfterEnd.OTHER);
        rest(report, keepsPort);
    }

    /** An answer comes in as long as both the mapping and what the filter remembers last. */
    private Duration heard(Duration mapping, @Nullable Duration filter) {
        boolean filterFirst = nat.filtering() != Filtering.EIF && filter != null && filter.compareTo(mapping) < 0;
        return filterFirst && filter != null ? filter : mapping;
    }

    private void lasts(NatReport report, Topic<Span> topic, Duration lifetime) {
        assertThat(report.find(topic).isMeasured())
                .as(nat + " " + topic + ": " + report.find(topic))
                .isTrue();
        Span span = report.find(topic).value();
        assertThat(span.contains(lifetime)).as(nat + " " + topic + " " + span).isTrue();
        Duration end = span.atMost();
        assertThat(end).as(nat + " " + topic + " " + span).isNotNull();
        double width = lifetime.toSeconds() < 15 ? 1.26 : 1.1;
        assertThat(end == null ? 0 : (double) end.toMillis())
                .as(nat + " " + topic + " " + span)
                .isLessThan(lifetime.toMillis() * width);
    }

    private void ports(NatReport report) {
        Kind kind = switch (nat.ports().allocation()) {
            case PRESERVE -> Kind.PRESERVED;
            case SEQUENTIAL -> Kind.SEQUENTIAL;
            case RANDOM -> Kind.RANDOM;
        };
        is(
                report,
                Topic.PORTS,
                new PortRule(kind, kind == Kind.SEQUENTIAL ? nat.ports().step() : 0));
    }

    private boolean isSteady() {
        return nat.quirks().instability().trigger() != Instability.Trigger.LOAD;
    }

    private EarlyPacket early() {
        if (nat.quirks().openInput()) {
            return EarlyPacket.GETS_OTHER_PORT;
        }
        boolean blacklists = !nat.quirks().blacklist().isZero() && nat.filtering() != Filtering.EIF;
        return blacklists ? EarlyPacket.SHUT_OUT : EarlyPacket.HARMLESS;
    }

    private void crowd(NatReport report) {
        boolean preserved = nat.ports().allocation() == PortAllocation.PRESERVE;
        is(report, Topic.EVICTION, false);
        is(report, Topic.STEADY, isSteady());
        is(report, Topic.OVERLOADING, nat.ports().sharing() == PortSharing.ALWAYS);
        is(report, Topic.PARITY, preserved || nat.ports().parity());
        is(report, Topic.CONTIGUITY, preserved || nat.ports().contiguity());
        is(report, Topic.POOLING, PoolingSeen.ONE_ADDRESS);
        PortRange range = report.find(Topic.PORT_RANGE).value();
        assertThat(range.lowest()).isGreaterThanOrEqualTo(nat.ports().first());
        assertThat(range.highest()).isLessThanOrEqualTo(nat.ports().last());
    }

    private void hairpin(NatReport report) {
        boolean addressAlone = nat.filtering() == Filtering.ADF && nat.filterScope() == FilterScope.HOST;
        if (nat.hairpin() != Hairpin.NONE) {
            if (nat.seenMapping() == Mapping.EIM || nat.filtering() == Filtering.EIF || addressAlone) {
                is(report, Topic.HAIRPIN, nat.hairpin());
                is(report, Topic.HAIRPIN_SELF, true);
            } else {
                none(report, Topic.HAIRPIN); // only a guess of the port would come through
                none(report, Topic.HAIRPIN_SELF);
            }
        } else if (nat.seenMapping() == Mapping.EIM || nat.filtering() == Filtering.EIF) {
            is(report, Topic.HAIRPIN, Hairpin.NONE);
            is(report, Topic.HAIRPIN_SELF, false);
        } else {
            none(report, Topic.HAIRPIN);
        }
    }

    private <T> void is(NatReport report, Topic<T> topic, T value) {
        assertThat(report.find(topic).isMeasured())
                .as(nat + " " + topic + ": " + report.find(topic))
                .isTrue();
        assertThat(report.find(topic).value()).as(nat + " " + topic).isEqualTo(value);
    }

    private void none(NatReport report, Topic<?> topic) {
        assertThat(report.find(topic).status())
                .as(nat + " " + topic + ": " + report.find(topic))
                .isEqualTo(Status.NOT_MEASURABLE);
    }
}
