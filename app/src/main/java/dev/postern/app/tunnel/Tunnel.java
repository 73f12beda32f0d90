package dev.postern.app.tunnel;

import dev.postern.stun.TransportAddress;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.ListenScheme;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Local TURN listeners over TCP and UDP, each of whose clients reaches the relay over a WebSocket of its own. Ours alone: there is
 * no RFC for TURN over WebSocket. Its threads do not keep the JVM alive. Any thread.
 */
public final class Tunnel implements AutoCloseable {

    /** Clients at once, over each listener: {@value}. */
    static final int MOST_CLIENTS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);

    private final URI relay;
    private final String origin;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "postern-tunnel");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient http = HttpClient.newBuilder().executor(threads).build();
    private final List<AutoCloseable> listeners = new ArrayList<>();
    private final List<ListenAddress> addresses = new ArrayList<>();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    private Tunnel(URI relay, @Nullable String origin) {
        this.relay = relay;
        this.origin = origin == null ? originOf(relay) : origin;
    }

    /** The server's own origin, which it lets in. */
    private static String originOf(URI relay) {
        String scheme = relay.getScheme().toLowerCase(Locale.ROOT).equals("wss") ? "https" : "http";
        return scheme + "://" + relay.getHost() + (relay.getPort() < 0 ? "" : ":" + relay.getPort());
    }

    /**
     * Listens on every address, which are {@code udp://} or {@code tcp://}.
     *
     * @param relay a {@code ws:} or {@code wss:} URL such as {@code wss://example.org/turn}
     * @param origin what is said in Origin; null for the server's own
     * @throws IOException if an address cannot be bound; nothing is open then
     */
    public static Tunnel open(URI relay, @Nullable String origin, List<ListenAddress> listen) throws IOException {
        Tunnel tunnel = new Tunnel(relay, origin);
        try {
            for (ListenAddress address : listen) {
                tunnel.listen(address);
            }
        } catch (IOException e) {
            tunnel.close();
            throw e;
        }
        return tunnel;
    }

    private void listen(ListenAddress address) throws IOException {
        InetSocketAddress where = address.address().toSocketAddress();
        if (address.scheme() == ListenScheme.TCP) {
            ServerSocket server = new ServerSocket();
            listeners.add(server);
            server.bind(where);
            threads.execute(() -> accept(server));
            remember(address, (InetSocketAddress) server.getLocalSocketAddress());
        } else if (address.scheme() == ListenScheme.UDP) {
            DatagramSocket socket = new DatagramSocket(where);
            listeners.add(socket);
            threads.execute(new DatagramTunnel(socket, this));
            remember(address, (InetSocketAddress) socket.getLocalSocketAddress());
        } else {
            throw new IOException(address + " is neither udp:// nor tcp://");
        }
    }

    private void remember(ListenAddress asked, InetSocketAddress bound) {
        addresses.add(new ListenAddress(asked.scheme(), TransportAddress.of(bound)));
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (clients.size() >= MOST_CLIENTS) {
                    client.close();
                    continue;
                }
                client.setTcpNoDelay(true);
                clients.add(client);
                threads.execute(() -> {
                    new StreamTunnel(client, this).run();
                    clients.remove(client);
                });
            } catch (IOException e) {
                note("the local TCP port", e);
            }
        }
    }

    TunnelLink link(TunnelLink.Local local) {
        return TunnelLink.open(http, relay, origin, local);
    }

    void note(String what, Throwable why) {
        LOG.atDebug().setCause(why).log(what);
    }

    /** What is listened on, with the ports that the system chose where 0 was asked for. */
    public List<ListenAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(listeners);
        all.addAll(clients);
        for (AutoCloseable one : all) {
            try {
                one.close();
            } catch (Exception e) {
                note("a local socket did not close cleanly", e);
            }
        }
        threads.shutdown();
    }
}
