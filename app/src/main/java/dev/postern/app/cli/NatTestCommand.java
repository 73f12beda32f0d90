package dev.postern.app.cli;

import dev.postern.app.cli.ConformancePlaces.HostAndPort;
import dev.postern.app.run.StartException;
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
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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

    @Option(names = "--ipv6", description = "Test IPv6 where the name has both.")
    boolean ipv6;

    @Option(names = "--no-lifetimes", description = "Do not wait for mappings to end: some twenty seconds in all.")
    boolean noLifetimes;

    @Option(
            names = "--longest",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "10m",
            description = "The longest lifetime to look for, 15s to 2h. Default: ${DEFAULT-VALUE}.")
    Duration longest = Duration.ofMinutes(10);

    @Option(
            names = "--sessions",
            paramLabel = "NUMBER",
            description = "Also look for a limit of mappings, by making so many, 100 to 2000. It uses up what others"
                    + " behind the NAT may need, for as long as mappings last.")
    int sessions;

    @Option(
            names = "--map-port",
            description = "Also ask the router for a port by NAT-PMP or PCP, see who reaches it, and give it back. This"
                    + " changes the router for two minutes at most.")
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
        return simulated == null ? run(config(String.valueOf(tested.server))) : simulate(profile(simulated));
    }

    private NatReport simulate(Profile profile) {
        try {
            return SimulatedTest.of(profile.behaviour(), 1, config -> asked(config.withTcpLifetimes()));
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
            return asked(TesterConfig.of(TransportAddress.of(address("--server ", place.host()), place.port())));
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        }
    }

    private TesterConfig asked(TesterConfig config) {
        TesterConfig all = config.withLongestLifetime(longest).withSessions(sessions);
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
        try {
            InetAddress[] all = InetAddress.getAllByName(host);
            return Stream.of(all)
                    .map(IpAddress::of)
                    .filter(ip -> ip.isIpv4() != ipv6)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            option + host + " has no " + (ipv6 ? "IPv6" : "IPv4") + " address"));
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException(option + host + " has no address", unknown);
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
        try (SocketNet net = router == null ? new SocketNet(config.server()) : new SocketNet(config.server(), router)) {
            return net.run(config, surroundings.random(), progress);
        } catch (IOException failed) {
            throw new StartException("Nothing could be tested: " + failed.getMessage(), failed);
        }
    }
}
