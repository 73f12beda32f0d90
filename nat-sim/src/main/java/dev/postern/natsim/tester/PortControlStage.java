package dev.postern.natsim.tester;

import dev.postern.natsim.NatBox;
import dev.postern.natsim.portmap.NatPmpRequest;
import dev.postern.natsim.portmap.NatPmpResponse;
import dev.postern.natsim.portmap.PcpMap;
import dev.postern.natsim.portmap.PcpMessage;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * C1 and C2: whether the gateway gives ports on request, by NAT-PMP (RFC 6886) or PCP (RFC 6887), and whether the address that it calls its
 * own is the one that the server sees. Only if asked for, as it changes the router: has one port mapped for a short time, lets Q2 send to
 * it, which nobody contacted, and gives it up.
 */
final class PortControlStage implements Stage {

    /** Long enough for the probe; the mapping ends by itself if giving it up is not heard. */
    private static final long LIFETIME_SECONDS = 120;

    private static final int NONE = -1;
    private static final String PRESENCE = "C1";
    private static final String MAPPING = "C2";

    private final Probes probes;
    private @Nullable GatewayAsker asker;

    PortControlStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        IpAddress gateway = probes.bench.net().gateway();
        String obstacle = gateway == null ? "the gateway's address is not known" : null;
        if (!probes.facts.find(Topic.TRANSLATION).is(Translation.NAT)) {
            obstacle = "ports are not translated";
        }
        if (obstacle != null || gateway == null) {
            none(String.valueOf(obstacle), done);
            return;
        }
        probes.openAndAsk((socket, seen) -> {
            if (socket == null || seen == null) {
                none("the probe could not be made", done);
                return;
            }
            Seen asking = new Seen(socket, seen);
            asker = new GatewayAsker(probes.bench, socket, TransportAddress.of(gateway, NatBox.PORT_CONTROL_PORT));
            natPmp(asking, gateway, () -> {
                probes.bench.close(socket);
                done.run();
            });
        });
    }

    private void none(String why, Runnable done) {
        Topic.PORT_CONTROLS.forEach(topic -> probes.facts.notMeasurable(topic, why));
        done.run();
    }

    private <T> void ask(ByteBuffer request, Function<ByteBuffer, @Nullable T> decode, Consumer<@Nullable T> then) {
        GatewayAsker to = asker;
        if (to != null) {
            to.ask(request, decode, then);
        }
    }

    private void natPmp(Seen asking, IpAddress gateway, Runnable done) {
        ask(
                NatPmpRequest.externalAddress().encode(),
                data -> Answer.to(NatPmpRequest.EXTERNAL_ADDRESS, NONE, data),
                answer -> {
                    NatPmpResponse natPmp = answer == null ? null : answer.natPmp();
                    probes.bench.observe(
                            PRESENCE, "NAT-PMP at " + gateway + ": " + (answer == null ? "no answer" : answer));
                    pcp(asking, gateway, natPmp, done);
                });
    }

    private void pcp(Seen asking, IpAddress gateway, @Nullable NatPmpResponse natPmp, Runnable done) {
        ByteBuffer announce = PcpMessage.announce(asking.socket().local().ip()).encode();
        ask(announce, data -> Answer.to(NONE, PcpMessage.ANNOUNCE, data), answer -> {
            PcpMessage pcp = answer == null ? null : answer.pcp();
            probes.bench.observe(PRESENCE, "PCP at " + gateway + ": " + (answer == null ? "no answer" : answer));
            PortControlSeen seen = new PortControlSeen(natPmp != null && isKnown(natPmp), pcp != null && isKnown(pcp));
            probes.facts.found(Topic.PORT_CONTROL, Finding.measured(seen, "asked at " + gateway));
            IpAddress external = natPmp == null ? null : natPmp.external();
            nested(asking, seen, external);
            map(asking, seen, external, done);
        });
    }

    private static boolean isKnown(NatPmpResponse response) {
        return response.result() != NatPmpResponse.UNSUPPORTED_VERSION;
    }

    private static boolean isKnown(PcpMessage response) {
        return response.result() != PcpMessage.UNSUPP_VERSION;
    }

    private void nested(Seen asking, PortControlSeen control, @Nullable IpAddress external) {
        if (external == null) {
            probes.facts.notMeasurable(
                    Topic.NESTED,
                    control.isOffered()
                            ? "the gateway names its external address only with a mapping, which was not asked for"
                            : "the gateway does not name its external address");
            return;
        }
        boolean differs = !external.equals(asking.at().ip());
        String what = "the gateway has " + external + ", the server sees "
                + asking.at().ip();
        probes.facts.found(Topic.NESTED, Finding.measured(differs, what));
        if (differs) {
            probes.facts.anomaly("There is another NAT behind the gateway: " + what + ".");
        }
    }

    private void map(Seen asking, PortControlSeen control, @Nullable IpAddress external, Runnable done) {
        ProbeSocket socket = probes.config.mapPort() && control.isOffered() ? probes.bench.fresh() : null;
        if (socket == null) {
            probes.facts.notMeasurable(Topic.MAPPED_PORT, whyNotMapped(control));
            done.run();
            return;
        }
        Wish wish = new Wish(
                control.pcp(),
                socket,
                probes.bench.random().nextLong(),
                probes.bench.random().nextInt());
        ask(wish.encode(LIFETIME_SECONDS), Answer::toMapping, answer -> {
            TransportAddress mapped = answer == null ? null : answer.mapped(external);
            probes.bench.observe(
                    MAPPING, "asked for " + socket.local() + ": " + (answer == null ? "no answer" : answer));
            if (answer == null || mapped == null) {
                String refusal = answer == null ? "the gateway does not answer" : "the gateway refuses: " + answer;
                probes.facts.notMeasurable(Topic.MAPPED_PORT, refusal);
                giveUp(wish, done);
                return;
            }
            if (external == null) {
                nested(asking, control, mapped.ip());
            }
            Duration granted = Duration.ofSeconds(answer.lifetimeSeconds());
            isOpen(asking, socket, mapped, granted, () -> giveUp(wish, done));
        });
    }

    private String whyNotMapped(PortControlSeen control) {
        if (!probes.config.mapPort()) {
            return "it was not asked for";
        }
        return control.isOffered() ? "no socket could be had" : "the gateway gives no ports on request";
    }

    /** F1 on the mapped port: an answer of Q2, which no socket has contacted from it. */
    private void isOpen(Seen asking, ProbeSocket socket, TransportAddress mapped, Duration granted, Runnable then) {
        if (!mapped.ip().equals(asking.at().ip())) {
            probes.facts.notMeasurable(
                    Topic.MAPPED_PORT, mapped + " was given, but the server sees another address of this network");
            then.run();
            return;
        }
        Request request = Request.CHANGE_BOTH.toPort(mapped.port());
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> probes.asker.listen(asking.socket(), probes.facts.p1, request, reply -> {
                    Arrival arrival = reply.arrival();
                    outcome.accept(Outcome.of(arrival != null && arrival.at() == socket, reply.sends()));
                }),
                tries -> {
                    probes.bench.observe(MAPPING, "Q2 sends to " + mapped + ": " + tries.sentence());
                    Finding<Boolean> open = Tries.finding(tries, "", "");
                    probes.facts.found(
                            Topic.MAPPED_PORT,
                            open.isMeasured()
                                    ? Finding.measured(new MappedPort(mapped, granted, open.value()), "")
                                    : Finding.inconclusive(open.reason()));
                    then.run();
                });
    }

    private void giveUp(Wish wish, Runnable done) {
        ask(wish.encode(0), Answer::toMapping, answer -> {
            probes.bench.observe(
                    MAPPING,
                    answer == null
                            ? "no answer to giving it up: it ends within " + LIFETIME_SECONDS + " s"
                            : "given up: " + answer);
            probes.bench.close(wish.socket());
            done.run();
        });
    }

    /** What is asked for: the port of this socket, as it stands outside too if that may be. */
    private record Wish(boolean pcp, ProbeSocket socket, long nonceHigh, int nonceLow) {

        ByteBuffer encode(long lifetimeSeconds) {
            int port = socket.local().port();
            int wished = lifetimeSeconds == 0 ? 0 : port;
            if (!pcp) {
                return NatPmpRequest.mapUdp(port, wished, lifetimeSeconds).encode();
            }
            IpAddress any = IpAddress.ofIpv4(0);
            PcpMap map = new PcpMap(nonceHigh, nonceLow, PcpMap.UDP, port, wished, any);
            return PcpMessage.map(socket.local().ip(), map, lifetimeSeconds).encode();
        }
    }

    /** An answer of the gateway in one of the two protocols. */
    private record Answer(
            @Nullable NatPmpResponse natPmp, @Nullable PcpMessage pcp) {

        /**
         * What a datagram answers, if it is to a question of these kinds; null otherwise. Each protocol's "unsupported version" is the
         * answer to a question of the other one.
         */
        static @Nullable Answer to(int operation, int opcode, ByteBuffer data) {
            NatPmpResponse natPmp = NatPmpResponse.decode(data);
            if (natPmp != null) {
                boolean other = natPmp.result() == NatPmpResponse.UNSUPPORTED_VERSION;
                boolean meant = other ? opcode != NONE : natPmp.operation() == operation;
                return meant ? new Answer(natPmp, null) : null;
            }
            PcpMessage pcp = PcpMessage.decode(data);
            if (pcp == null || !pcp.response()) {
                return null;
            }
            boolean other = pcp.result() == PcpMessage.UNSUPP_VERSION;
            boolean meant = other ? operation != NONE : pcp.opcode() == opcode;
            return meant ? new Answer(null, pcp) : null;
        }

        static @Nullable Answer toMapping(ByteBuffer data) {
            return to(NatPmpRequest.MAP_UDP, PcpMessage.MAP, data);
        }

        /** Where the mapped port is reached; null if none was granted. */
        @Nullable
        TransportAddress mapped(@Nullable IpAddress natPmpExternal) {
            PcpMap map = pcp == null || pcp.result() != PcpMessage.SUCCESS ? null : pcp.map();
            if (map != null && map.externalPort() != 0) {
                return TransportAddress.of(map.external(), map.externalPort());
            }
            boolean granted = natPmp != null && natPmp.isSuccess() && natPmp.externalPort() != 0;
            return granted && natPmp != null && natPmpExternal != null
                    ? TransportAddress.of(natPmpExternal, natPmp.externalPort())
                    : null;
        }

        long lifetimeSeconds() {
            if (pcp != null) {
                return pcp.lifetimeSeconds();
            }
            return natPmp == null ? 0 : natPmp.lifetimeSeconds();
        }

        /** Such as {@code PCP, result 0: 198.51.100.1:40000 for 120 s}. */
        @Override
        public String toString() {
            if (pcp != null) {
                PcpMap map = pcp.map();
                return "PCP, result " + pcp.result()
                        + (map == null
                                ? ""
                                : ": " + TransportAddress.of(map.external(), map.externalPort()) + " for "
                                        + pcp.lifetimeSeconds() + " s");
            }
            if (natPmp == null) {
                return "nothing";
            }
            return "NAT-PMP, result " + natPmp.result()
                    + (natPmp.external() != null
                            ? ": " + natPmp.external()
                            : ": port " + natPmp.externalPort() + " for " + natPmp.lifetimeSeconds() + " s");
        }
    }
}
