package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The near end of {@link PathsUdpIT}, a program of its own as it needs a network of its own: a driver with a listener and a relay for
 * each family. What comes to a listener goes on to the far end's other address and gets an answer of one byte, what comes to a relay goes on to the
 * client; a line {@code whole|plain IP BYTES} sends one datagram to the peer at this address, and ICMP errors are said; {@code batch (IP BYTES)...} sends
 * some at once, and it is said what became of them. From {@code hold} to the next line nothing is taken off a socket.
 */
final class PathsProbe implements UdpDriver.Receiver {

    static final int LISTENER_PORT = 3478;
    static final int RELAY_PORT = 5000;
    static final int FAR_PORT = 7000;

    private static final long ROUND_NANOS = 50_000_000;

    /** Rounds without anything after which nothing more is to be waited for. */
    private static final int QUIET_ROUNDS = 6;

    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final UdpDriver driver;
    private final Network v4;
    private final Network v6;
    private final PrintStream out;

    /** One family's sockets, and the two addresses of the far end. */
    private record Network(TransportAddress listener, Relay relay, TransportAddress client, TransportAddress peer) {}

    private PathsProbe(PrintStream out, String[] words) throws IOException {
        this.out = out;
        ShardsConfig config = ShardsConfig.builder()
                .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                .build();
        this.driver = UdpDrivers.choose(config).open(counters);
        this.v4 = open(words[0], words[1], words[2]);
        this.v6 = open(words[3], words[4], words[5]);
    }

    private Network open(String here, String client, String peer) throws IOException {
        IpAddress ip = IpAddress.parse(here);
        TransportAddress listener = driver.listen(TransportAddress.of(ip, LISTENER_PORT), UdpDriver.Sharing.ALONE);
        Relay relay = driver.openRelay(TransportAddress.of(ip, RELAY_PORT), here);
        return new Network(
                listener,
                relay,
                TransportAddress.of(IpAddress.parse(client), FAR_PORT),
                TransportAddress.of(IpAddress.parse(peer), FAR_PORT));
    }

    /** The arguments: for each family this host's address, the client's and the peer's. */
    public static void main(String[] words) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        PathsProbe probe = new PathsProbe(out, words);
        BlockingQueue<String> commands = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(commands));
        reader.setDaemon(true);
        reader.start();
        out.println("ready");
        probe.run(commands, reader);
    }

    private static void read(BlockingQueue<String> commands) {
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(BlockingQueue<String> commands, Thread reader) throws IOException, InterruptedException {
        while (reader.isAlive() || !commands.isEmpty()) {
            String command = commands.poll();
            if (command == null) {
                driver.poll(ROUND_NANOS, this);
                driver.flush();
            } else if (command.equals("hold")) {
                out.println("held");
                commands.take();
            } else {
                obey(command.split(" "));
            }
        }
        driver.close();
    }

    private void obey(String[] words) throws IOException {
        if (words[0].equals("batch")) {
            sendAtOnce(words);
            return;
        }
        TransportAddress to = TransportAddress.of(IpAddress.parse(words[1]), FAR_PORT);
        Relay relay = to.ip().isIpv4() ? v4.relay : v6.relay;
        ByteBuffer payload = ByteBuffer.allocate(Integer.parseInt(words[2]));
        if (words[0].equals("whole")) {
            relay.sendUnfragmented(to, payload);
        } else {
            relay.send(to, payload);
        }
        driver.flush();
        for (int i = 0; i < QUIET_ROUNDS; i++) {
            driver.poll(ROUND_NANOS, this);
        }
        out.println("done");
    }

    private void sendAtOnce(String[] words) {
        long sent = counters.get(TransportCounter.RELAY_DATAGRAMS_SENT);
        long blocked = counters.get(TransportCounter.UDP_SEND_BLOCKED);
        for (int i = 1; i < words.length; i += 2) {
            TransportAddress to = TransportAddress.of(IpAddress.parse(words[i]), FAR_PORT);
            v4.relay.send(to, ByteBuffer.allocate(Integer.parseInt(words[i + 1])));
        }
        driver.flush();
        sent = counters.get(TransportCounter.RELAY_DATAGRAMS_SENT) - sent;
        blocked = counters.get(TransportCounter.UDP_SEND_BLOCKED) - blocked;
        out.println("sent " + sent + " blocked " + blocked);
    }

    @Override
    public void onBatch() {}

    @Override
    public void onDatagram(FiveTuple path, ByteBuffer data) {
        Network network = path.client().ip().isIpv4() ? v4 : v6;
        boolean client = path.client().equals(network.client);
        network.relay.send(client ? network.peer : network.client, data); // the far end has the kernel pick its source
        driver.toClient(path, ByteBuffer.allocate(1));
    }

    @Override
    public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
        Network network = peer.ip().isIpv4() ? v4 : v6;
        driver.toClient(new FiveTuple(TransportProtocol.UDP, network.client, network.listener), data);
    }

    @Override
    public void onRelayIcmp(Relay relay, TransportAddress peer, int type, int code, int data) {
        out.println("icmp " + peer + " " + type + "/" + code + " " + data);
    }
}
