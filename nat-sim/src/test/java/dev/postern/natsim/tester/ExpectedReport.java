package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.tester.Finding.Status;
import dev.postern.natsim.tester.PortRule.Kind;

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
        if (nat.filtering() == Filtering.EIF) {
            none(report, Topic.FILTER_PER_HOST);
        } else {
            is(report, Topic.FILTER_PER_HOST, nat.filterScope() == FilterScope.HOST);
        }
        if (nat.translates()) {
            is(report, Topic.MAPPING, nat.mapping());
            ports(report);
            hairpin(report);
        } else {
            none(report, Topic.MAPPING);
            none(report, Topic.PORTS);
            none(report, Topic.HAIRPIN);
        }
        if (nat.translates() || nat.filtering() != Filtering.EIF) {
            assertThat(report.find(Topic.LIFETIME).isMeasured())
                    .as(nat + " " + report.find(Topic.LIFETIME))
                    .isTrue();
            Span span = report.find(Topic.LIFETIME).value();
            assertThat(span.contains(nat.idleLifetime())).as(nat + " " + span).isTrue();
            assertThat(span.atMost()).isNotNull();
            assertThat((double) span.atMost().toMillis())
                    .as(nat + " " + span)
                    .isLessThan(nat.idleLifetime().toMillis() * 1.1);
        } else {
            none(report, Topic.LIFETIME);
        }
    }

    private void ports(NatReport report) {
        Kind kind = switch (nat.ports()) {
            case PRESERVE -> Kind.PRESERVED;
            case SEQUENTIAL -> Kind.SEQUENTIAL;
            case RANDOM -> Kind.RANDOM;
        };
        is(report, Topic.PORTS, new PortRule(kind, kind == Kind.SEQUENTIAL ? 1 : 0));
    }

    private void hairpin(NatReport report) {
        boolean addressAlone = nat.filtering() == Filtering.ADF && nat.filterScope() == FilterScope.HOST;
        if (nat.hairpin() != Hairpin.NONE) {
            if (nat.mapping() == Mapping.EIM || nat.filtering() == Filtering.EIF || addressAlone) {
                is(report, Topic.HAIRPIN, nat.hairpin());
            } else {
                none(report, Topic.HAIRPIN); // only a guess of the port would come through
            }
        } else if (nat.mapping() == Mapping.EIM || nat.filtering() == Filtering.EIF) {
            is(report, Topic.HAIRPIN, Hairpin.NONE);
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
