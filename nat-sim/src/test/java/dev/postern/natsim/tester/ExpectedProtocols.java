package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IcmpErrors;
import dev.postern.natsim.Instability;
import dev.postern.natsim.Lifetimes;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.UnsolicitedSyn;
import dev.postern.natsim.tester.Finding.Status;
import dev.postern.natsim.tester.SynAnswer.Kind;
import dev.postern.natsim.tester.TcpReach.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the tester has to say about TCP, ICMP and headers of a NAT that is configured so and passes all three protocols. */
final class ExpectedProtocols {

    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final double WIDTH = 1.1;

    private final NatBehaviour nat;
    private final NatReport report;

    ExpectedProtocols(NatBehaviour nat, NatReport report) {
        this.nat = nat;
        this.report = report;
    }

    void check() {
        is(Topic.TCP, new TcpReach(Map.of(80, Answer.STUN, 443, Answer.STUN, 3478, Answer.STUN, 5349, Answer.STUN)));
        is(Topic.TCP_FILTERING, nat.filtering());
        unsolicitedSyn();
        is(Topic.ICMP, true);
        if (nat.quirks().instability().trigger() == Instability.Trigger.NEVER) {
            mappings(); // otherwise they are as they are when they are looked at
            hairpin();
        }
        is(Topic.FRAGMENT_ORDER, nat.fragments());
        is(Topic.ICMP_ERRORS, nat.icmpErrors());
        is(Topic.PATH_MTU, nat.icmpErrors() == IcmpErrors.TRANSLATED);
        is(Topic.HOPS, 2); // the NAT, and the router of its provider
        is(Topic.DSCP, !nat.quirks().clearsDscp());
        is(Topic.ECN, true);
        is(Topic.ZERO_CHECKSUM, true);
    }

    private void mappings() {
        boolean oneForAll = nat.seenMapping() == Mapping.EIM;
        if (nat.translates()) {
            is(Topic.TCP_MAPPING, nat.seenMapping());
            is(Topic.ICMP_MAPPING, oneForAll ? Mapping.EIM : Mapping.ADM);
        } else {
            none(Topic.TCP_MAPPING);
            none(Topic.ICMP_MAPPING);
        }
        if (nat.translates() && nat.ports().allocation() != PortAllocation.PRESERVE) {
            is(Topic.PROTOCOLS_APART, true);
        } else {
            none(Topic.PROTOCOLS_APART);
        }
    }

    private void unsolicitedSyn() {
        if (nat.filtering() == Filtering.EIF) {
            none(Topic.UNSOLICITED_SYN);
            return;
        }
        Kind kind = switch (nat.tcp().unsolicitedSyn()) {
            case SILENT -> Kind.NONE;
            case RST_AT_ONCE -> Kind.RST;
            case ICMP_AFTER_WAIT -> Kind.ICMP;
        };
        SynAnswer answer = report.find(Topic.UNSOLICITED_SYN).value();
        assertThat(answer.kind()).as(nat + " " + answer).isEqualTo(kind);
        Duration wait = nat.tcp().unsolicitedSyn() == UnsolicitedSyn.ICMP_AFTER_WAIT
                ? nat.tcp().synWait()
                : Duration.ZERO;
        assertThat(answer.after()).as(nat + " " + answer).isBetween(wait, wait.plus(SLACK));
    }

    private void hairpin() {
        boolean addressAlone = nat.filtering() == Filtering.ADF && nat.filterScope() == FilterScope.HOST;
        boolean oneForAll = nat.seenMapping() == Mapping.EIM;
        boolean silenceSays = nat.translates() && (oneForAll || nat.filtering() == Filtering.EIF);
        boolean none = nat.hairpin() == Hairpin.NONE;
        if (silenceSays || (nat.translates() && !none && addressAlone)) {
            is(Topic.HAIRPIN_TCP, nat.hairpin());
        } else {
            none(Topic.HAIRPIN_TCP);
        }
        if (!none && (silenceSays || addressAlone)) {
            // where each destination has a mapping of its own, the error is about another one than was sent to
            is(
                    Topic.HAIRPIN_ICMP,
                    oneForAll && nat.hairpin() == Hairpin.EXTERNAL_SOURCE && nat.icmpErrors() == IcmpErrors.TRANSLATED);
        } else {
            none(Topic.HAIRPIN_ICMP);
        }
    }

    /** Those of ICMP and of hops that forget. */
    void checkLifetimes() {
        if (isStateless()) {
            forever(Topic.ICMP_LIFETIME);
        } else {
            Duration filter = nat.lifetimes().filter();
            Duration query = nat.lifetimes().icmpQuery();
            boolean filterFirst = nat.filtering() != Filtering.EIF && filter != null && filter.compareTo(query) < 0;
            lasts(Topic.ICMP_LIFETIME, filterFirst && filter != null ? filter : query);
        }
        if (isStateless() || !nat.lifetimes().outboundRefresh() || nat.quirks().icmpEndsMapping()) {
            none(Topic.STATEFUL_HOPS);
        } else {
            is(Topic.STATEFUL_HOPS, new StatefulHops(List.of(1)));
        }
    }

    /** Those of TCP. */
    void checkTcpLifetimes() {
        if (isStateless()) {
            Topic.TCP_LIFETIMES.forEach(this::forever);
            return;
        }
        Lifetimes lifetimes = nat.lifetimes();
        lasts(Topic.TCP_IDLE, lifetimes.tcpEstablished());
        lasts(Topic.TCP_HALF_OPEN, lifetimes.tcpAttempt());
        lasts(Topic.TCP_CLOSING, lifetimes.tcpTransitory());
        lasts(Topic.TCP_RESET, lifetimes.tcpTransitory());
    }

    private boolean isStateless() {
        return nat.rewrites() != Rewrites.ADDRESSES_AND_PORTS && nat.filtering() == Filtering.EIF;
    }

    private void forever(Topic<Span> topic) {
        if (nat.translates()) {
            assertThat(report.find(topic).value().atMost())
                    .as(nat + " " + topic)
                    .isNull();
        } else {
            none(topic);
        }
    }

    private void lasts(Topic<Span> topic, Duration lifetime) {
        assertThat(report.find(topic).isMeasured())
                .as(nat + " " + topic + ": " + report.find(topic))
                .isTrue();
        Span span = report.find(topic).value();
        assertThat(span.contains(lifetime)).as(nat + " " + topic + " " + span).isTrue();
        Duration end = span.atMost();
        assertThat(end == null ? Double.MAX_VALUE : (double) end.toMillis())
                .as(nat + " " + topic + " " + span)
                .isLessThan(lifetime.toMillis() * WIDTH);
    }

    private <T> void is(Topic<T> topic, T value) {
        assertThat(report.find(topic).isMeasured())
                .as(nat + " " + topic + ": " + report.find(topic))
                .isTrue();
        assertThat(report.find(topic).value()).as(nat + " " + topic).isEqualTo(value);
    }

    private void none(Topic<?> topic) {
        assertThat(report.find(topic).status())
                .as(nat + " " + topic + ": " + report.find(topic))
                .isEqualTo(Status.NOT_MEASURABLE);
    }
}
