package dev.postern.natsim.scenario.run;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.scenario.Endpoint;
import dev.postern.natsim.scenario.Fate;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.Target;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The packets of a scenario on its stage: sends each at its time, and says what came of it. Owned by the network's thread. */
final class Play implements Target.Places {

    private final Scenario scenario;
    private final Stage stage;
    private final Watch watch;
    private final Map<Endpoint, ScriptedPort> ports = new HashMap<>();
    private final Streams streams;
    private final PortWishes wishes;
    private final Map<String, Parcel> named = new HashMap<>();
    private final List<Series> all = new ArrayList<>();

    /** What the file asks for in one place: a packet, or one after another. */
    private record Series(Scenario.Sending sending, List<Parcel> parcels) {}

    /** Opens the ports that the file names, and asks the network for a call at each time at which something is sent. */
    Play(Scenario scenario, Stage stage, Watch watch) {
        this.scenario = scenario;
        this.stage = stage;
        this.watch = watch;
        this.streams = new Streams(stage);
        this.wishes = new PortWishes(stage, this::about);
        scenario.hosts().forEach(host -> host.echo().forEach(port -> open(new Endpoint(host.name(), port), true)));
        for (Scenario.Sending sending : scenario.packets()) {
            openFor(sending);
        }
        scenario.packets().forEach(this::schedule);
    }

    private void openFor(Scenario.Sending sending) {
        boolean tcp = sending.content() == Scenario.Content.TCP;
        Scenario.PortWish wish = sending.wish();
        if (tcp && sending.to() instanceof Target.At at) {
            streams.listen(at.endpoint());
        } else if (wish != null && wish.protocol() == IpProtocol.TCP) {
            streams.listen(sending.from());
        } else if (!tcp && sending.content() != Scenario.Content.PING) {
            open(sending.from(), false);
            openTarget(sending.to());
        }
        openTarget(sending.seenAs());
    }

    private void openTarget(@Nullable Target target) {
        if (target instanceof Target.At at && !stage.isServer(at.endpoint().host())) {
            open(at.endpoint(), false);
        }
    }

    private void open(Endpoint endpoint, boolean echoes) {
        ports.computeIfAbsent(
                endpoint, place -> new ScriptedPort(stage.net(), stage.host(place.host()), place.port(), echoes));
    }

    private void schedule(Scenario.Sending sending) {
        Series series = new Series(sending, new ArrayList<>());
        all.add(series);
        schedule(series, sending.at().toNanos());
    }

    /** One at a time, so that a long series takes no room before its time. */
    private void schedule(Series series, long nanos) {
        Scenario.Sending sending = series.sending();
        VirtualNet net = stage.net();
        net.at(nanos, () -> {
            Parcel parcel = new Parcel(sending, nanos);
            series.parcels().add(parcel);
            send(parcel);
            long next = nanos + sending.every().toNanos();
            boolean more = !sending.every().isZero()
                    && next <= sending.until().toNanos()
                    && next < scenario.duration().toNanos();
            if (more) {
                schedule(series, next);
            }
        });
    }

    private void send(Parcel parcel) {
        Scenario.Sending sending = parcel.sending();
        if (!sending.name().isEmpty()) {
            named.put(sending.name(), parcel);
        }
        switch (sending.content()) {
            case DATA ->
                resolved(parcel, to -> {
                    about(parcel);
                    port(sending.from()).send(to, payload(sending), sending.fields());
                });
            case PING ->
                resolved(parcel, to -> {
                    about(parcel);
                    streams.ping(sending.from(), to.ip(), payload(sending), sending.fields());
                });
            case TCP ->
                resolved(parcel, to -> {
                    about(parcel);
                    watch.expectTcp(parcel, to);
                    streams.send(parcel, to, payload(sending));
                });
            case BINDING -> {
                TransportAddress server = serverOf(sending);
                if (isWithinReach(parcel, server.ip())) {
                    about(parcel);
                    port(sending.from()).askForMapping(server, parcel);
                }
            }
            case PORT_WISH -> wish(parcel);
            case RELAYED -> {
                RelayClient relay = relay(port(sending.from()), sending);
                parcel.onNotSent(relay::failure);
                if (isWithinReach(parcel, serverOf(sending).ip())) {
                    relayed(parcel, relay);
                }
            }
        }
    }

    private void wish(Parcel parcel) {
        String host = parcel.sending().from().host();
        Router router = stage.host(host).router();
        IpAddress gateway = router == null ? null : router.insideAddress();
        if (gateway == null) {
            parcel.onNotSent(() -> host + " had no router with an inside-address then");
        } else if (isWithinReach(parcel, gateway)) {
            wishes.send(parcel, gateway);
        }
    }

    /** The relay, not the host, is what must reach the peer. */
    private void relayed(Parcel parcel, RelayClient relay) {
        Target target = parcel.sending().to();
        TransportAddress to = target == null ? null : target.resolve(this);
        if (to == null) {
            parcel.onNotSent(() -> "nobody knew the " + target + " then");
        } else {
            relay.send(to, payload(parcel.sending()), () -> about(parcel));
        }
    }

    /** What a packet that can be sent does. */
    private interface Sender {
        void to(TransportAddress address);
    }

    private void resolved(Parcel parcel, Sender sender) {
        Target target = parcel.sending().to();
        TransportAddress meant =
                target == null ? null : resolved(target, parcel.sending().from());
        if (meant == null) {
            parcel.onNotSent(() -> "nobody knew the " + target + " then");
            return;
        }
        TransportAddress to = written(parcel.sending().from(), meant);
        if (isWithinReach(parcel, to.ip())) {
            sender.to(to);
        }
    }

    private TransportAddress written(Endpoint from, TransportAddress to) {
        return TransportAddress.of(stage.host(from.host()).written(to.ip()), to.port());
    }

    private TransportAddress serverOf(Scenario.Sending sending) {
        return written(sending.from(), stage.server(sending.server()).address());
    }

    /** Of a host with several addresses, the first that the sender has the IP version of. */
    private @Nullable TransportAddress resolved(Target target, Endpoint from) {
        if (target instanceof Target.At at) {
            Host host = stage.host(at.endpoint().host());
            return host.addresses().stream()
                    .filter(address -> hasVersionOf(from.host(), address) && host.isKnownOutside(address))
                    .findFirst()
                    .map(address -> TransportAddress.of(address, at.endpoint().port()))
                    .orElseGet(() -> addressOf(at.endpoint()));
        }
        return target.resolve(this);
    }

    private boolean hasVersionOf(String host, IpAddress address) {
        return stage.host(host).addresses().stream().anyMatch(own -> own.isIpv4() == address.isIpv4());
    }

    /** Whether the sender can write to the address; if not, the parcel is told. */
    private boolean isWithinReach(Parcel parcel, IpAddress to) {
        String host = parcel.sending().from().host();
        boolean within = hasVersionOf(host, to);
        if (!within) {
            parcel.onNotSent(() -> host + " has no address of the IP version of " + to);
        }
        return within;
    }

    /** What must be known of a parcel just before it leaves. */
    private void about(Parcel parcel) {
        Target seenAs = parcel.sending().seenAs();
        watch.expect(parcel);
        parcel.onSent(stage.net().nowNanos(), seenAs == null ? null : seenAs.resolve(this));
    }

    private RelayClient relay(ScriptedPort port, Scenario.Sending sending) {
        Scenario.Server server = scenario.servers().stream()
                .filter(one -> one.name().equals(sending.server()))
                .findFirst()
                .orElseThrow();
        return port.relay(server.name(), serverOf(sending), server.user(), server.password());
    }

    private static ByteBuffer payload(Scenario.Sending sending) {
        return RelayClient.payload(sending.text(), sending.bytes());
    }

    private ScriptedPort port(Endpoint endpoint) {
        ScriptedPort port = ports.get(endpoint);
        if (port == null) {
            throw new IllegalStateException(endpoint + " is not open");
        }
        return port;
    }

    @Override
    public TransportAddress addressOf(Endpoint endpoint) {
        return TransportAddress.of(stage.host(endpoint.host()).ip(), endpoint.port());
    }

    @Override
    public @Nullable TransportAddress sourceOf(String packet) {
        Parcel parcel = named.get(packet);
        return parcel == null ? null : parcel.source();
    }

    @Override
    public @Nullable TransportAddress relayOf(Endpoint endpoint) {
        ScriptedPort port = ports.get(endpoint);
        return port == null ? null : port.relayed();
    }

    /** What came of each packet or series, in the order of the file. */
    List<Finding> findings(String variant) {
        List<Finding> findings = new ArrayList<>();
        all.forEach(series -> findings.add(finding(series.sending(), series.parcels(), variant)));
        return findings;
    }

    private Finding finding(Scenario.Sending sending, List<Parcel> series, String variant) {
        Fate expected = sending.expected() == null ? null : sending.expected().in(variant);
        Fate judge = expected == null ? Fate.ARRIVED : expected;
        long asWanted = series.stream().filter(parcel -> parcel.isAs(judge)).count();
        boolean met = expected == null || (!series.isEmpty() && asWanted >= sending.atLeast() * series.size());
        Parcel shown = series.stream()
                .filter(parcel -> !met && !parcel.isAs(judge))
                .findFirst()
                .orElse(series.isEmpty() ? new Parcel(sending, 0) : series.get(series.size() - 1));
        String came = shown.words();
        if (!sending.every().isZero()) {
            String head = asWanted + " of " + series.size() + " " + judge.word();
            came = met ? head : head + "; the first of the others, at " + Seconds.of(shown.askedNanos()) + ": " + came;
        }
        return new Finding(
                sending.at().toNanos(),
                what(sending),
                came,
                expected == null ? "" : expected.word() + (met ? "" : " not"),
                expected == null ? "" : expected.word() + shown.unmet(),
                met,
                met ? "" : why(sending));
    }

    private static String what(Scenario.Sending sending) {
        StringBuilder what = new StringBuilder();
        if (!sending.every().isZero()) {
            what.append("every ").append(Seconds.of(sending.every().toNanos())).append(", ");
        }
        what.append(sending.from());
        what.append(
                switch (sending.content()) {
                    case DATA -> " > " + sending.to();
                    case PING -> " pings " + sending.to();
                    case TCP -> " > " + sending.to() + " over TCP";
                    case BINDING -> " asks " + sending.server();
                    case RELAYED -> " > " + sending.to() + " via " + sending.server();
                    case PORT_WISH -> wishWords(sending.wish());
                });
        return sending.name().isEmpty() ? what.toString() : what + " (" + sending.name() + ")";
    }

    private static String wishWords(Scenario.@Nullable PortWish wish) {
        if (wish == null) {
            return "";
        }
        String port = wish.protocol() == IpProtocol.TCP ? "the TCP port" : "the port";
        return (wish.isOver() ? " gives " + port + " up by " : " asks for " + port + " by ")
                + wish.asking().label();
    }

    /** The host that a packet was to come to, as far as the file says. */
    private String other(Scenario.Sending sending) {
        Target to = sending.to();
        if (to instanceof Target.At at) {
            return at.endpoint().host();
        }
        if (to instanceof Target.RelayOf relay) {
            return relay.endpoint().host();
        }
        if (to instanceof Target.SourceOf source) {
            return scenario.packets().stream()
                    .filter(packet -> packet.name().equals(source.packet()))
                    .findFirst()
                    .map(packet -> packet.from().host())
                    .orElse("");
        }
        return sending.server();
    }

    private String why(Scenario.Sending sending) {
        String other = other(sending);
        return other.isEmpty() || other.equals(sending.from().host())
                ? ""
                : stage.net()
                        .why(stage.host(sending.from().host()), stage.host(other))
                        .sentence();
    }
}
