package dev.postern.app.cli;

import dev.postern.app.cli.ConformancePlaces.HostAndPort;
import dev.postern.app.run.StartException;
import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.profile.Profile;
import dev.postern.natsim.profile.Profiles;
import dev.postern.natsim.tester.NatReport;
import dev.postern.natsim.tester.Observation;
import dev.postern.natsim.tester.ReportText;
import dev.postern.natsim.tester.SimulatedTest;
import dev.postern.natsim.tester.TesterConfig;
import dev.postern.natsim.tester.Topic;
import dev.postern.natsim.tester.socket.SocketNet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Finds out how the NAT in front of this machine behaves. */
@Command(
        name = "nat-test",
        sortOptions = false,
        description = {
            "Find out what the NAT in front of this machine does to calls and games.",
            "",
            "It asks a STUN server with two addresses and two ports (RFC 5780), such as this program with stun.nat-discovery."
                    + " What cannot be seen from here is said to be so. The report goes to standard output, what is seen on"
                    + " the way to standard error. A NAT's timers take the longest: ten minutes, in parallel."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:tested",
            "1:UDP does not come through, or the server is not usable for this",
            "2:a mistake in the command line"
        },
        footer = {
            "",
            "Examples",
            "  java -jar postern.jar nat-test --server stun.example.org --no-lifetimes",
            "  java -jar postern.jar nat-test --server 192.0.2.1:3478 --json",
            "  java -jar postern.jar nat-test --simulate linux-open-input",
            "  java -jar postern.jar nat-test --simulate nat64-rfc6146 --nat64 64:ff9b::/96",
            "",
            "A test sends some thousand requests: run it against servers of yours."
        })
final class NatTestCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private Tested tested;

    /** What is tested: one of the two. */
    private static final class Tested {

        @Option(
                names = "--server",
                paramLabel = "HOST[:PORT]",
                required = true,
                description = "The server, by name or address. Default port: 3478.")
        @Nullable
        String server;

        @Option(
                names = "--simulate",
                paramLabel = "NAT",
                required = true,
                description = "Test a simulated NAT by the name of its profile, in virtual time and without a socket.")
        @Nullable
        String simulated;
    }

    @Option(
            names = "--ipv6",
            description =
                    "Test IPv6 where the name has both, and whether a NAT64 leads to the server's IPv4 address. A server"
                            + " that has IPv4 alone is asked through the NAT64, which is then what is tested.")
    boolean ipv6;

    @Option(
            names = "--nat64",
            paramLabel = "PREFIX",
            description =
                    "With --simulate: the NAT is a NAT64 with this prefix, such as 64:ff9b::/96. It is tested as programs"
                            + " see it that speak IPv4 or, with --ipv6, IPv6.")
    @Nullable
    String nat64;

    @Option(names = "--no-lifetimes", description = "Do not wait for mappings to end: about half a minute in all.")
    boolean noLifetimes;

    @Option(
            names = "--longest",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "10m",
            description = "The longest lifetime to look for, 15s to 2h. Default: ${DEFAULT-VALUE}.")
    Duration longest = Duration.ofMinutes(10);

    @Option(
            names = "--patience",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "500ms",
            description = "How long to wait for an answer before asking again, 20ms to 5s: longer on slow lines."
                    + " Default: ${DEFAULT-VALUE}.")
    Duration patience = TesterConfig.PATIENCE;

    @Option(
            names = "--sessions",
            paramLabel = "NUMBER",
            description = "Also look for a limit of mappings, by making so many, 100 to 2000. It uses up what others"
                    + " behind the NAT may need, for as long as mappings last.")
    int sessions;

    @Option(
            names = "--map-port",
            description =
                    "Also ask the router for a port by NAT-PMP, PCP or UPnP, see who reaches it, and give it back. This"
                            + " changes the router, for two minutes at most if it heeds the time that is asked for.")
    boolean mapPort;

    @Option(
            names = "--gateway",
            paramLabel = "ADDRESS",
            description = "The router to ask about such ports. Default: this machine's default route, on Linux.")
    @Nullable
    String gateway;

    @Option(
            names = "--proxy",
            paramLabel = "HOST:PORT",
            description = "Also ask this HTTP proxy for a tunnel to port 443 of the server (CONNECT).")
    @Nullable
    String proxy;

    @Option(names = "--json", description = "Print the report, with all that was seen, as JSON.")
    boolean json;

    @Option(names = "--observations", description = "Also print all that was seen.")
    boolean observations;

    NatTestCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws StartException {
        NatReport report = report();
        if (json) {
            surroundings.out().println(NatReportJson.of(report));
        } else {
            surroundings.out().print(ReportText.of(report));
            if (observations) {
                surroundings.out().print("\n" + ReportText.observations(report));
            }
        }
        surroundings.out().flush();
        return report.find(Topic.SERVER).is(true) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private NatReport report() throws StartException {
        String simulated = tested.simulated;
        if (simulated == null && nat64 != null) {
            throw new ParameterException(
                    spec.commandLine(), "--nat64 needs --simulate: on a real network it is found out");
        }
        return simulated == null ? run(config(String.valueOf(tested.server))) : simulate(profile(simulated));
    }

    private NatReport simulate(Profile profile) {
        UnaryOperator<TesterConfig> asked = config -> asked(config.withTcpLifetimes());
        NatBehaviour nat = profile.behaviour();
        String text = nat64;
        try {
            if (text == null) {
                return SimulatedTest.of(nat, 1, asked);
            }
            Nat64Prefix prefix = Nat64Prefix.parse(text);
            return ipv6
                    ? SimulatedTest.besideNat64(nat, prefix, 1, asked)
                    : SimulatedTest.ofNat64(nat, prefix, 1, asked);
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        }
    }

    private Profile profile(String name) {
        try {
            return Profiles.named(name);
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        }
    }

    private TesterConfig config(String server) {
        try {
            HostAndPort place = HostAndPort.parse(server);
            TesterConfig config =
                    TesterConfig.of(TransportAddress.of(address("--server ", place.host()), place.port()));
            IpAddress ipv4 = ipv6 ? addresses(place.host(), true).findFirst().orElse(null) : null;
            return asked(ipv4 == null ? config : config.withIpv4Server(TransportAddress.of(ipv4, place.port())));
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        }
    }

    private TesterConfig asked(TesterConfig config) {
        TesterConfig all =
                config.withLongestLifetime(longest).withSessions(sessions).withPatience(patience);
        all = mapPort ? all.withMapPort() : all;
        String through = proxy;
        all = through == null ? all : all.withProxy(proxy(through));
        return noLifetimes ? all.withoutLifetimes() : all;
    }

    private TransportAddress proxy(String text) {
        if (!text.matches(".+:[0-9]+")) {
            throw new IllegalArgumentException("--proxy " + text + " is not HOST:PORT");
        }
        HostAndPort place = HostAndPort.parse(text);
        return TransportAddress.of(address("--proxy ", place.host()), place.port());
    }

    private IpAddress address(String option, String host) {
        return addresses(host, !ipv6)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        option + host + " has no " + (ipv6 ? "IPv6" : "IPv4") + " address"));
    }

    private static Stream<IpAddress> addresses(String host, boolean ofIpv4) {
        try {
            return Stream.of(InetAddress.getAllByName(host)).map(IpAddress::of).filter(ip -> ip.isIpv4() == ofIpv4);
        } catch (UnknownHostException unknown) {
            return Stream.of();
        }
    }

    private @Nullable IpAddress router() {
        String named = gateway;
        try {
            return named == null ? null : IpAddress.parse(named);
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), "--gateway " + named + " is no IP address", mistake);
        }
    }

    private NatReport run(TesterConfig config) throws StartException {
        PrintWriter err = spec.commandLine().getErr();
        Consumer<Observation> progress = seen -> {
            err.println(seen);
            err.flush();
        };
        IpAddress router = router();
        Nat64Prefix prefix = prefixOf(config.server().ip());
        TesterConfig known = prefix == null ? config : config.withServer(ipv4(prefix, config.server()));
        try (SocketNet net = net(known.server(), prefix, router)) {
            return net.run(known, surroundings.random(), progress);
        } catch (IOException failed) {
            throw new StartException("Nothing could be tested: " + failed.getMessage(), failed);
        }
    }

    /** Of an address that the network's DNS64 has made of an IPv4 address, the prefix; null of any other. */
    private static @Nullable Nat64Prefix prefixOf(IpAddress server) {
        return server.isIpv4()
                ? null
                : SocketNet.nat64Prefixes().stream()
                        .filter(prefix -> prefix.extract(server) != null)
                        .findFirst()
                        .orElse(null);
    }

    private static TransportAddress ipv4(Nat64Prefix prefix, TransportAddress made) {
        return TransportAddress.of(Objects.requireNonNull(prefix.extract(made.ip())), made.port());
    }

    private static SocketNet net(TransportAddress server, @Nullable Nat64Prefix prefix, @Nullable IpAddress router)
            throws IOException {
        if (prefix != null) {
            return SocketNet.throughNat64(server, prefix);
        }
        return router == null ? new SocketNet(server) : new SocketNet(server, router);
    }
}
