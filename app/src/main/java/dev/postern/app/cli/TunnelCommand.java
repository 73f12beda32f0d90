package dev.postern.app.cli;

import dev.postern.app.run.StartException;
import dev.postern.app.tunnel.Tunnel;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.ListenScheme;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Carries local TURN clients to a relay over WebSockets. */
@Command(
        name = "tunnel",
        description = {
            "Carry local TURN clients over a WebSocket to a relay, where only HTTP gets through.",
            "",
            "An unmodified browser or app then uses turn:127.0.0.1:3478?transport=tcp. The server must have",
            "signaling.turn-websocket=true. There is no RFC for this way: both ends are Postern."
        })
final class TunnelCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "The relay, such as wss://example.org/turn.")
    @SuppressWarnings("NullAway.Init")
    private URI relay;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Where local clients come in: udp:// or tcp://host:port. May be given again.",
            defaultValue = "tcp://127.0.0.1:3478")
    @SuppressWarnings("NullAway.Init")
    private List<String> listen;

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description = "What to say in Origin; the server's own if left out.")
    private @Nullable String origin;

    TunnelCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        String scheme = relay.getScheme();
        if (!("ws".equals(scheme) || "wss".equals(scheme)) || relay.getHost() == null) {
            throw mistake("URL is '" + relay + "'; write ws:// or wss://, such as wss://example.org/turn");
        }
        try (Tunnel tunnel = Tunnel.open(relay, origin, addresses())) {
            PrintStream out = surroundings.out();
            tunnel.addresses().forEach(address -> out.println("  " + address + " leads to " + relay));
            out.println("Ctrl-C stops it.");
            out.flush();
            new CountDownLatch(1).await();
        } catch (IOException e) {
            throw new StartException("--listen: " + e.getMessage() + ".", e);
        }
        return 0;
    }

    private List<ListenAddress> addresses() {
        List<ListenAddress> addresses = new ArrayList<>();
        for (String text : listen) {
            try {
                ListenAddress address = ListenAddress.parse(text);
                if (address.scheme() != ListenScheme.UDP && address.scheme() != ListenScheme.TCP) {
                    throw mistake("--listen is '" + text + "'; write udp:// or tcp://");
                }
                addresses.add(address);
            } catch (IllegalArgumentException e) {
                throw mistake("--listen: " + e.getMessage());
            }
        }
        return addresses;
    }

    private ParameterException mistake(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
