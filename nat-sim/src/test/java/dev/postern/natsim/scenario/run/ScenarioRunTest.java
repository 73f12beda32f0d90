package dev.postern.natsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.ScenarioException;
import dev.postern.natsim.scenario.ScenarioFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScenarioRunTest {

    /** Random ports, jitter and loss; a STUN and a TURN engine, which draw nonces, tickets and ports; a series. */
    private static final String EVERYTHING_RANDOM = """
            title: All that is random
            seed: 42
            networks:
              home: {nat: symmetric, address: 198.51.100.1, link: {latency: 10ms, jitter: 30ms, loss: 5%}}
            hosts:
              client: {network: home, address: 10.0.0.2}
              peer: {address: 198.51.100.77, echo: 7}
            servers:
              turn: {address: 203.0.113.10}
            packets:
              - {at: 0s, from: client:5000, stun: turn}
              - {at: 1s, every: 100ms, until: 3s, from: client:5000, to: peer:7}
              - {at: 1s, every: 200ms, until: 3s, from: client:5000, to: peer:7001, via: turn, bytes: 500}
              - {at: 3s, from: peer:9, to: relay of client:5000}
            """;

    @Test
    void thousandReplaysOfOneSeedHashTheSame() throws Exception {
        Scenario scenario = parse(EVERYTHING_RANDOM);
        Set<String> hashes = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            RunResult result = run(scenario, 42);
            assertThat(result.steps()).isGreaterThan(100);
            hashes.add(result.hash());
        }

        assertThat(hashes).hasSize(1);
    }

    @Test
    void anotherSeedGivesAnotherTrace() throws Exception {
        Scenario scenario = parse(EVERYTHING_RANDOM);
        Set<String> hashes = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            hashes.add(run(scenario, seed).hash());
        }

        assertThat(hashes).hasSize(20);
    }

    @Test
    void hashIsOfTheLinesThatTheListenerIsTold() throws Exception {
        List<String> lines = new ArrayList<>();
        RunResult result = new ScenarioRun(parse(EVERYTHING_RANDOM), 42, lines::add).run();
        TraceHash hash = new TraceHash();
        lines.forEach(hash::add);

        assertThat(result.steps()).isEqualTo(lines.size());
        assertThat(result.hash()).isEqualTo(hash.hex()).matches("[0-9a-f]{64}");
    }

    @Test
    void packetThatComesOtherwiseThanExpectedIsExplained() throws Exception {
        RunResult result = run(parse("""
                        title: A stranger
                        networks:
                          home: {nat: port-restricted, address: 198.51.100.1}
                        hosts:
                          laptop: {network: home, address: 10.0.0.2}
                          web: {address: 203.0.113.80}
                          stranger: {address: 203.0.113.66}
                        packets:
                          - {at: 0s, name: hello, from: laptop:5000, to: web:80, seen-as: 198.51.100.1:4000}
                          - {at: 1s, from: stranger:80, to: source of hello, expect: arrived}
                          - {at: 1s, from: web:80, to: source of hello, expect: filtered}
                          - {at: 2s, from: web:80, to: source of hello, within: 0.5us}
                        """), 1);

        assertThat(result.isAsExpected()).isFalse();
        assertThat(result.met()).isEqualTo(1);
        assertThat(RunText.of(result, "postern", "a b.yaml"))
                .contains(
                        """
                        FAIL  at 0 s, laptop:5000 > web:80 (hello): arrived, seen as 198.51.100.1:5000
                              expected: arrived from 198.51.100.1:4000
                        """,
                        """
                        FAIL  at 1 s, stranger:80 > source of hello: dropped at home: APDF: 203.0.113.66:80 never contacted from host 10.0.0.2
                              expected: arrived
                              why: \
                        """,
                        """
                        FAIL  at 1 s, web:80 > source of hello: arrived, seen as 203.0.113.80:80
                              expected: filtered
                        """,
                        "1 of 4 expectations met\nseed 1, trace of ",
                        "replay: postern lab replay 'a b.yaml' --seed 1 --expect-hash " + result.hash() + "\n");
    }

    @Test
    void portThatIsNotGrantedIsExplained() throws Exception {
        RunResult result = run(parse("""
                        title: Routers that give no ports
                        networks:
                          full: {nat: {port-control: [pcp, upnp-igd1], max-mappings: 1}, address: 198.51.100.1, inside-address: 10.0.0.1}
                          mute: {nat: port-restricted, address: 198.51.100.2, inside-address: 10.0.0.1}
                          none: {nat: port-restricted, address: 198.51.100.3}
                        hosts:
                          first: {network: full, address: 10.0.0.2}
                          second: {network: full, address: 10.0.0.3}
                          third: {network: mute, address: 10.0.0.2}
                          fourth: {network: mute, address: 10.0.0.3}
                        packets:
                          - {at: 0s, from: first:5000, map-port: pcp, protocol: tcp, seen-as: 198.51.100.1:5000}
                          - {at: 1s, from: second:5000, map-port: pcp, expect: not-served}
                          - {at: 1s, from: second:5000, map-port: nat-pmp, expect: not-served}
                          - {at: 1s, from: second:5000, map-port: upnp-igd, expect: not-served}
                          - {at: 2s, from: third:5000, map-port: pcp, expect: no-socket}
                          - {at: 2s, from: third:5000, map-port: upnp-igd, expect: no-socket}
                          - {at: 4s, from: fourth:5000, map-port: pcp}
                        events:
                          - {at: 3s, roam: fourth, to: none, address: 10.0.0.3}
                        """), 1);

        assertThat(RunText.of(result, "postern", "f.yaml"))
                .contains(
                        """
                        ok    at 0 s, first:5000 asks for the TCP port by PCP: granted 198.51.100.1:5000 for 7200 s
                        ok    at 1 s, second:5000 asks for the port by PCP: dropped at full: not served: PCP result 8
                        ok    at 1 s, second:5000 asks for the port by NAT-PMP: dropped at full: not served: NAT-PMP result 1
                        ok    at 1 s, second:5000 asks for the port by UPnP IGD: dropped at full: not served: UPnP IGD error 501 Action Failed
                        ok    at 2 s, third:5000 asks for the port by PCP: dropped at mute: no socket: mute does not listen at 10.0.0.1:5351
                        ok    at 2 s, third:5000 asks for the port by UPnP IGD: dropped at mute: no socket: mute does not listen at 10.0.0.1:1900
                        """,
                        "at 4 s, fourth:5000 asks for the port by PCP: not sent: fourth had no router with an inside-address then\n");
        assertThat(result.isAsExpected()).isTrue();
    }

    @Test
    void shareOfASeriesIsEnoughWhereTheFileSaysSo() throws Exception {
        String file = """
                title: A bad line
                hosts:
                  a: {address: 203.0.113.1, link: {up: {loss: 20%}}}
                  b: {address: 203.0.113.2}
                packets:
                  - {every: 1ms, until: 1s, from: a:1, to: b:1, expect: arrived, at-least: SHARE}
                """;

        assertThat(run(parse(file.replace("SHARE", "70%")), 1).isAsExpected()).isTrue();
        RunResult refused = run(parse(file.replace("SHARE", "90%")), 1);
        assertThat(refused.isAsExpected()).isFalse();
        assertThat(refused.variants().get(0).findings().get(0).came())
                .matches("[78][0-9]{2} of 1001 arrived; the first of the others, at 0[.0-9]* s: dropped at internet:"
                        + " lost: .*");
    }

    @Test
    void packetWhoseDestinationIsNotKnownIsNotSent() throws Exception {
        RunResult result = run(parse("""
                        title: Too early
                        hosts:
                          a: {address: 203.0.113.1, link: {latency: 1s}}
                          b: {address: 203.0.113.2}
                        packets:
                          - {at: 0s, name: hello, from: a:1, to: b:1}
                          - {at: 0.5s, from: b:1, to: source of hello, expect: dropped}
                        """), 1);

        assertThat(result.variants().get(0).findings().get(1).came())
                .isEqualTo("not sent: nobody knew the source of hello then");
        assertThat(result.isAsExpected()).isFalse();
    }

    @Test
    void clientThatTheRelayDoesNotKnowSaysSo() throws Exception {
        RunResult result = run(parse("""
                        title: A peer that the relay may not reach
                        hosts:
                          client: {address: 198.51.100.1}
                          peer: {address: 192.0.2.1}
                        servers:
                          turn: {address: 203.0.113.10, allow-peers: 198.51.100.0/24}
                        packets:
                          - {from: client:5000, to: peer:7, via: turn}
                        """), 1);

        assertThat(result.variants().get(0).findings().get(0).came())
                .isEqualTo("not sent: its permission for 192.0.2.1:7 was refused with 403");
    }

    @Test
    void everyEventHappensAtItsTime() throws Exception {
        RunResult result = run(parse("""
                        title: A day in the life of a router
                        networks:
                          home: {nat: full-cone, address: 198.51.100.1}
                          other: {nat: full-cone, address: 198.51.100.2}
                        hosts:
                          phone: {network: home, address: 192.168.1.2}
                          web: {address: 203.0.113.80}
                        packets:
                          - {at: 0s, name: hello, from: phone:5000, to: web:80, seen-as: 198.51.100.1:5000}
                          - {at: 1.5s, from: web:80, to: source of hello, expect: no-mapping}
                          - {at: 2.5s, from: phone:5000, to: web:80, seen-as: 198.51.100.9:5000}
                          - {at: 3.5s, from: phone:5000, to: web:80, expect: link-down}
                          - {at: 4.5s, from: phone:5000, to: web:80, expect: arrived, within: 1ms}
                          - {at: 5.5s, name: slow, from: phone:5000, to: web:80, seen-as: 198.51.100.9:5000}
                          - {at: 6.5s, from: web:81, to: source of slow, expect: no-mapping}
                          - {at: 7.5s, from: phone:5000, to: web:80, seen-as: 198.51.100.2:5000}
                          - {at: 9.5s, from: phone:5000, to: web:80, expect: link-down}
                          - {at: 12s, from: phone:5000, to: web:80, expect: arrived}
                        events:
                          - {at: 1s, nat-reboot: home}
                          - {at: 2s, address-change: home, address: 198.51.100.9}
                          - {at: 3s, link-down: home}
                          - {at: 4s, link-up: home}
                          - {at: 5s, link-change: home, link: {latency: 10ms}}
                          - {at: 6s, nat-change: home, nat: symmetric}
                          - {at: 7s, roam: phone, to: other, address: 10.0.0.9}
                          - {at: 8s, address-change: other, address: 203.0.113.80}
                          - {at: 9s, nat-reboot: other, outage: 2s}
                        """), 1);

        assertThat(result.variants().get(0).findings())
                .filteredOn(finding -> !finding.met())
                .extracting(finding -> finding.what() + ": " + finding.came())
                .containsExactly("the NAT of other gets the address 203.0.113.80: cannot be: zone internet has"
                        + " 203.0.113.80 already");
    }

    @Test
    void prefixesSeveralAddressesAndHeaderFieldsReachTheNetwork() throws Exception {
        RunResult result = run(parse("""
                        title: Around the NAT
                        networks:
                          six:
                            nat: {like: open, rewrites: addresses}
                            addresses: fd00:1:2::/48
                            prefix: 2001:db8:1::/48
                          pool: {nat: {like: full-cone, pooling: arbitrary}, address: [198.51.100.1, 198.51.100.2]}
                        hosts:
                          a: {network: six, address: "fd00:1:2::5"}
                          b: {address: ["2001:db8:9::1", 203.0.113.1]}
                          c: {network: pool, address: 10.0.0.2}
                          small: {address: 203.0.113.2, link: {mtu: 1000}}
                        packets:
                          - {at: 0s, name: six, from: a:5000, to: b:80, expect: arrived}
                          - {at: 1s, from: b:81, to: source of six, expect: arrived}
                          - {at: 2s, from: c:5000, to: 203.0.113.2:9, bytes: 1200, expect: no-socket}
                          - {at: 2s, from: c:5000, to: 203.0.113.2:9, bytes: 1200, dont-fragment: true, expect: too-big}
                          - {at: 3s, from: c:5000, to: 203.0.113.1:80, ttl: 1, dscp: 46, expect: hops-exhausted}
                          - {at: 4s, from: c:7, to: 203.0.113.1:80, protocol: icmp, expect: arrived}
                          - {at: 6s, from: a:6000, to: 203.0.113.1:80}
                        events:
                          - {at: 4.5s, address-change: pool, address: [198.51.100.8, 198.51.100.9]}
                        """), 1);

        assertThat(result.variants().get(0).findings())
                .filteredOn(finding -> !finding.met())
                .extracting(finding -> finding.what() + ": " + finding.came())
                .isEmpty();
        assertThat(result.variants().get(0).findings())
                .extracting(Finding::came)
                .contains("not sent: a has no address of the IP version of 203.0.113.1");
        assertThat(result.variants().get(0).tables())
                .extracting(NatState::external)
                .contains("198.51.100.8 and 198.51.100.9");
    }

    private static RunResult run(Scenario scenario, long seed) throws InterruptedException {
        return new ScenarioRun(scenario, seed, line -> {}).run();
    }

    private static Scenario parse(String text) throws ScenarioException {
        return ScenarioFile.parse("f", text);
    }
}
