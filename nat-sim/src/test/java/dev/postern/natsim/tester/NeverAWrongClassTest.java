package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tester says when the server or the line is bad: nothing, or what is so. */
class NeverAWrongClassTest {

    private static final int CHANGE_IP = 0x4;
    private static final int CHANGE_PORT = 0x2;

    /** What is wrong with a server. */
    enum Fault {
        /** It answers from where it was asked, whatever CHANGE-REQUEST says. */
        IGNORES_CHANGE_REQUEST,
        /** A firewall in front of it lets out only answers. */
        SENDS_NOTHING_FROM_ELSEWHERE,
        /** Only its other port is closed. */
        SENDS_NOTHING_FROM_OTHER_PORT,
        /** RESPONSE-ORIGIN is another than the true one. */
        LIES_ABOUT_ORIGIN,
        /** It says that clients come from ports that they do not come from. */
        NAMES_PORTS_AT_RANDOM,
        /** Its second address is the first one. */
        HAS_ONE_ADDRESS,
        /** It answers one request of three. */
        ANSWERS_NOW_AND_THEN
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void badServerMakesNoClass(Fault fault) {
        for (Mapping mapping : Mapping.values()) {
            for (Filtering filtering : Filtering.values()) {
                NatBehaviour nat = NatBehaviour.of(mapping, filtering);
                TesterScene scene = new TesterScene(nat, 1);
                new BadServer(scene, fault);
                NatReport report = scene.test();
                assertNothingWrong(nat, report);
                if (fault != Fault.ANSWERS_NOW_AND_THEN) {
                    assertThat(report.find(Topic.SERVER).is(true))
                            .as(fault + " " + nat.name())
                            .isFalse();
                    assertThat(report.find(Topic.FILTERING).isMeasured())
                            .as(fault + " " + nat.name())
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.1, 0.25, 0.5, 0.8})
    void lossMakesNoWrongClass(double share) {
        int measured = 0;
        int runs = 0;
        for (Mapping mapping : Mapping.values()) {
            for (Filtering filtering : Filtering.values()) {
                for (Hairpin hairpin : Hairpin.values()) {
                    NatBehaviour nat = NatBehaviour.of(mapping, filtering).toBuilder()
                            .hairpin(hairpin)
                            .build();
                    NatReport report = SimulatedTest.of(nat, runs, TesterScene.lossy(share));
                    assertNothingWrong(nat, report);
                    runs++;
                    measured += report.find(Topic.FILTERING).isMeasured() ? 1 : 0;
                }
            }
        }
        if (share <= 0.02) {
            assertThat(measured).as("filters that are told at " + share).isEqualTo(runs);
        } else if (share <= 0.1) { // of 810 with other seeds, 11 were not told and none was wrong
            assertThat(measured).as("filters that are told at " + share).isGreaterThanOrEqualTo(runs - 4);
        }
    }

    private static void assertNothingWrong(NatBehaviour nat, NatReport report) {
        isOrUnknown(nat, report.find(Topic.FILTERING), nat.filtering());
        isOrUnknown(nat, report.find(Topic.MAPPING), nat.mapping());
        isOrUnknown(nat, report.find(Topic.HAIRPIN), nat.hairpin());
        isOrUnknown(nat, report.find(Topic.FILTER_PER_HOST), false);
        isOrUnknown(nat, report.find(Topic.TCP_MAPPING), nat.mapping());
        isOrUnknown(nat, report.find(Topic.TCP_FILTERING), nat.filtering());
        isOrUnknown(nat, report.find(Topic.UNSOLICITED_SYN), SynAnswer.NONE);
        isOrUnknown(nat, report.find(Topic.ICMP_MAPPING), nat.mapping() == Mapping.EIM ? Mapping.EIM : Mapping.ADM);
        isOrUnknown(nat, report.find(Topic.HAIRPIN_TCP), nat.hairpin());
        isOrUnknown(nat, report.find(Topic.FRAGMENT_ORDER), nat.fragments());
        isOrUnknown(nat, report.find(Topic.ICMP_ERRORS), nat.icmpErrors());
        isOrUnknown(nat, report.find(Topic.PATH_MTU), true);
        isOrUnknown(nat, report.find(Topic.DSCP), true);
        isOrUnknown(nat, report.find(Topic.ZERO_CHECKSUM), true);
        isOrUnknown(nat, report.find(Topic.STATEFUL_HOPS), new StatefulHops(List.of(1)));
        Finding<Span> echo = report.find(Topic.ICMP_LIFETIME);
        if (echo.isMeasured()) {
            assertThat(echo.value().contains(nat.lifetimes().icmpQuery()))
                    .as(nat + " " + echo)
                    .isTrue();
        }
        Finding<Span> lifetime = report.find(Topic.LIFETIME);
        if (lifetime.isMeasured()) {
            assertThat(lifetime.value().contains(nat.idleLifetime()))
                    .as(nat.name() + " " + lifetime)
                    .isTrue();
        }
    }

    private static <T> void isOrUnknown(NatBehaviour nat, Finding<T> finding, T value) {
        if (finding.isMeasured()) {
            assertThat(finding.value()).as(nat + " " + finding).isEqualTo(value);
        }
    }

    /** A server for behaviour discovery that does one thing wrong. */
    private static final class BadServer {

        private final Fault fault;
        private final Map<TransportAddress, UdpPort> ports = new HashMap<>();
        private final TransportAddress other;
        private int requests;

        BadServer(TesterScene scene, Fault fault) {
            this.fault = fault;
            this.other = TransportAddress.of(
                    fault == Fault.HAS_ONE_ADDRESS ? TesterScene.P1.ip() : TesterScene.A2, TesterScene.PORT_2);
            for (int port : new int[] {TesterScene.P1.port(), TesterScene.PORT_2}) {
                for (Host host : new Host[] {scene.primary, scene.alternate}) {
                    TransportAddress here = TransportAddress.of(host.ip(), port);
                    ports.put(here, host.open(port, (now, from, data) -> answer(here, from, data)));
                }
            }
        }

        private void answer(TransportAddress here, TransportAddress from, ByteBuffer data) {
            StunMessage request = new StunMessage();
            request.decode(data);
            if (fault == Fault.ANSWERS_NOW_AND_THEN && requests++ % 3 != 0) {
                return;
            }
            int change = request.indexOf(AttributeType.CHANGE_REQUEST);
            long flags = change < 0 ? 0 : request.u32(change);
            TransportAddress source = fault == Fault.IGNORES_CHANGE_REQUEST ? here : changed(here, flags);
            boolean kept = (fault == Fault.SENDS_NOTHING_FROM_ELSEWHERE && !source.equals(here))
                    || (fault == Fault.SENDS_NOTHING_FROM_OTHER_PORT && source.port() != here.port());
            if (kept) {
                return;
            }
            int port = request.indexOf(AttributeType.RESPONSE_PORT);
            TransportAddress to = port < 0 ? from : TransportAddress.of(from.ip(), request.u16(port));
            TransportAddress seen = fault == Fault.NAMES_PORTS_AT_RANDOM
                    ? TransportAddress.of(from.ip(), 1024 + (requests++ * 7919) % 60_000)
                    : from;
            Objects.requireNonNull(ports.get(source))
                    .send(
                            to,
                            new StunEncoder()
                                    .respond(ByteBuffer.allocate(256), request, MessageClass.SUCCESS_RESPONSE)
                                    .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, seen)
                                    .address(AttributeType.OTHER_ADDRESS, other)
                                    .address(
                                            AttributeType.RESPONSE_ORIGIN,
                                            fault == Fault.LIES_ABOUT_ORIGIN ? other : source)
                                    .finish());
        }

        private static TransportAddress changed(TransportAddress here, long flags) {
            boolean first = here.ip().equals(TesterScene.P1.ip()) == ((flags & CHANGE_IP) == 0);
            boolean firstPort = (here.port() == TesterScene.P1.port()) == ((flags & CHANGE_PORT) == 0);
            return TransportAddress.of(
                    first ? TesterScene.P1.ip() : TesterScene.A2,
                    firstPort ? TesterScene.P1.port() : TesterScene.PORT_2);
        }
    }
}
