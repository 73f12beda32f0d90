package dev.postern.natsim.tester;

import dev.postern.natsim.NatBox;
import dev.postern.natsim.portmap.NatPmpRequest;
import dev.postern.natsim.portmap.NatPmpResponse;
import dev.postern.natsim.portmap.PcpMessage;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * C1 and C2: whether the gateway gives ports on request, by NAT-PMP (RFC 6886), PCP (RFC 6887) or UPnP IGD, and whether the address
 * that it calls its own is the one that the server sees. Only if asked for, as it changes the router: has one port mapped for a short
 * time, lets Q2 send to it, which nobody contacted, and gives it up.
 */
final class PortControlStage implements Stage {

    /** Long enough for the probe; the mapping ends by itself if giving it up is not heard. */
    private static final long LIFETIME_SECONDS = 120;

    private static final String PRESENCE = "C1";
    private static final String MAPPING = "C2";

    private final Probes probes;

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
            new Visit(new Seen(socket, seen), gateway, () -> {
                        probes.bench.close(socket);
                        done.run();
                    })
                    .natPmp();
        });
    }

    private void none(String why, Runnable done) {
        Topic.PORT_CONTROLS.forEach(topic -> probes.facts.notMeasurable(topic, why));
        done.run();
    }

    /** What one gateway is asked, one thing after the other. */
    private final class Visit {

        private final Seen asking;
        private final IpAddress gateway;
        private final GatewayAsker asker;
        private final IgdClient igd;
        private final Runnable done;
        private final Queue<PortOffer> offers = new ArrayDeque<>();
        private @Nullable NatPmpResponse natPmp;
        private boolean pcp;
        private @Nullable IpAddress external;

        Visit(Seen asking, IpAddress gateway, Runnable done) {
            this.asking = asking;
            this.gateway = gateway;
            this.asker = new GatewayAsker(
                    probes.bench,
                    asking.socket(),
                    TransportAddress.of(gateway, NatBox.PORT_CONTROL_PORT),
                    probes.config.patience());
            this.igd = new IgdClient(probes.bench, asking.socket(), gateway);
            this.done = done;
        }

        private void presence(String protocol, @Nullable Object answer) {
            probes.bench.observe(
                    PRESENCE, protocol + " at " + gateway + ": " + (answer == null ? "no answer" : answer));
        }

        void natPmp() {
            asker.ask(
                    NatPmpRequest.externalAddress().encode(),
                    data -> DatagramOffer.Answer.to(NatPmpRequest.EXTERNAL_ADDRESS, DatagramOffer.NONE, data),
                    answer -> {
                        NatPmpResponse response = answer == null ? null : answer.natPmp();
                        boolean known = response != null && response.result() != NatPmpResponse.UNSUPPORTED_VERSION;
                        natPmp = known ? response : null;
                        external = response == null ? null : response.external();
                        presence("NAT-PMP", answer);
                        pcp();
                    });
        }

        private void pcp() {
            ByteBuffer announce =
                    PcpMessage.announce(asking.socket().local().ip()).encode();
            asker.ask(
                    announce,
                    data -> DatagramOffer.Answer.to(DatagramOffer.NONE, PcpMessage.ANNOUNCE, data),
                    answer -> {
                        PcpMessage response = answer == null ? null : answer.pcp();
                        pcp = response != null && response.result() != PcpMessage.UNSUPP_VERSION;
                        presence("PCP", answer);
                        if (pcp) {
                            offers.add(new DatagramOffer(probes.bench, asker, true, external));
                        }
                        if (natPmp != null) {
                            offers.add(new DatagramOffer(probes.bench, asker, false, external));
                        }
                        igd.find(this::onIgd);
                    });
        }

        private void onIgd(int version, String trouble) {
            if (version == 0) {
                presence("UPnP IGD", trouble);
                found(0, null);
                return;
            }
            igd.call("GetExternalIPAddress", Map.of(), (answer, why) -> {
                String said = answer == null ? "" : answer.value("NewExternalIPAddress");
                IpAddress address = address(said);
                String words = answer == null ? why : IgdClient.shown(said);
                presence("UPnP IGD:" + version, address == null ? "no address (" + words + ")" : address);
                found(version, address);
            });
        }

        private static @Nullable IpAddress address(String text) {
            try {
                IpAddress address = IpAddress.parse(text);
                return address.isIpv4() && address.ipv4() != 0 ? address : null;
            } catch (IllegalArgumentException none) {
                return null;
            }
        }

        private void found(int igdVersion, @Nullable IpAddress igdExternal) {
            PortControlSeen seen = new PortControlSeen(natPmp != null, pcp, igdVersion);
            probes.facts.found(Topic.PORT_CONTROL, Finding.measured(seen, "asked at " + gateway));
            if (igdVersion != 0) {
                offers.add(new IgdOffer(probes.bench, igd, igdVersion, igdExternal));
            }
            external = external == null ? igdExternal : external;
            nested(external);
            map();
        }

        private void nested(@Nullable IpAddress named) {
            if (named == null) {
                probes.facts.notMeasurable(
                        Topic.NESTED,
                        offers.isEmpty()
                                ? "the gateway does not name its external address"
                                : "the gateway names its external address only with a mapping, which was not asked for");
                return;
            }
            IpAddress outside = asking.at().ip();
            boolean differs = !named.equals(outside);
            String what = "the gateway has " + named + ", the server sees " + outside;
            probes.facts.found(Topic.NESTED, Finding.measured(differs, what));
            if (differs) {
                probes.facts.anomaly("There is another NAT behind the gateway: " + what + ".");
            }
        }

        private void map() {
            PortOffer offer = probes.config.mapPort() ? offers.poll() : null;
            ProbeSocket socket = offer == null ? null : probes.bench.fresh();
            if (offer == null || socket == null) {
                probes.facts.notMeasurable(Topic.MAPPED_PORT, whyNotMapped(offer));
                done.run();
                return;
            }
            map(offer, socket);
        }

        /** Of a gateway with several protocols, the next is tried where one refuses. */
        private void map(PortOffer offer, ProbeSocket socket) {
            offer.map(socket, LIFETIME_SECONDS, grant -> {
                probes.bench.observe(MAPPING, "asked for " + socket.local() + ": " + grant.words());
                TransportAddress mapped = grant.mapped();
                if (mapped != null) {
                    if (external == null) {
                        nested(mapped.ip());
                    }
                    if (grant.lifetimeSeconds() == 0) {
                        probes.facts.anomaly(
                                "The router gives ports for ever, however short the time is that is asked for.");
                    }
                    Duration granted = Duration.ofSeconds(grant.lifetimeSeconds());
                    isOpen(socket, mapped, granted, () -> giveUp(offer, socket, true, done));
                    return;
                }
                PortOffer next = offers.poll();
                if (next != null) {
                    giveUp(offer, socket, false, () -> map(next, socket));
                    return;
                }
                probes.facts.notMeasurable(Topic.MAPPED_PORT, "the gateway gives none: " + grant.words());
                giveUp(offer, socket, true, done);
            });
        }

        private String whyNotMapped(@Nullable PortOffer offer) {
            if (!probes.config.mapPort()) {
                return "it was not asked for";
            }
            return offer != null ? "no socket could be had" : "the gateway gives no ports on request";
        }

        /** F1 on the mapped port: an answer of Q2, which no socket has contacted from it. */
        private void isOpen(ProbeSocket socket, TransportAddress mapped, Duration granted, Runnable then) {
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

        /** Gives up what was granted; the socket is closed then, unless there is more to do with it. */
        private void giveUp(PortOffer offer, ProbeSocket socket, boolean isOver, Runnable then) {
            offer.giveUp(socket, words -> {
                probes.bench.observe(MAPPING, "given up: " + words);
                if (isOver) {
                    probes.bench.close(socket);
                }
                then.run();
            });
        }
    }
}
