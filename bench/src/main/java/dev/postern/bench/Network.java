package dev.postern.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where servers and load stand: on loopback, or in two network namespaces with a virtual cable between them. Closed, nothing is left of those. */
final class Network implements AutoCloseable {

    /** The first three numbers of the servers' addresses. */
    private static final String LOOPBACK_SERVERS = "127.0.1.";

    private static final String LOOPBACK_CLIENTS = "127.1.0.1";
    private static final String LOOPBACK_PEER = "127.0.0.3";
    private static final String LOOPBACK_PEERS = "127.0.0.0/8";

    private static final String VETH_SERVERS = "10.77.0.";
    private static final String VETH_LOAD = "10.77.255.1";
    private static final String VETH_LOAD_NETWORK = "10.78.0.0/16";
    private static final String VETH_CLIENTS = "10.78.1.1";
    private static final String VETH_PEER = "10.78.0.3";

    private final boolean veth;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final String serverSide =
            "postern-bench-s" + ProcessHandle.current().pid();
    private final String loadSide = "postern-bench-l" + ProcessHandle.current().pid();

    private Network(boolean veth) {
        this.veth = veth;
    }

    static Network loopback() {
        return new Network(false);
    }

    /**
     * Two namespaces of our own; this machine's network is not touched.
     *
     * @param servers how many addresses the server's side gets
     */
    static Network veth(int servers) throws IOException, InterruptedException {
        Machine.require("ip", "iproute2");
        if (!Machine.isRoot()) {
            throw new BenchRefused("--veth needs root, to make network namespaces.");
        }
        Network network = new Network(true);
        try {
            network.build(servers);
            return network;
        } catch (BenchRefused | IOException | InterruptedException e) {
            network.close();
            throw e;
        }
    }

    private void build(int servers) throws IOException, InterruptedException {
        ip("netns add " + serverSide);
        ip("netns add " + loadSide);
        ip("-n " + serverSide + " link add cable type veth peer name cable netns " + loadSide);
        for (String side : List.of(serverSide, loadSide)) {
            ip("-n " + side + " link set lo up");
            ip("-n " + side + " link set cable up");
        }
        for (int number = 0; number < servers; number++) {
            ip("-n " + serverSide + " addr add " + serverAddress(number) + "/16 dev cable");
        }
        ip("-n " + loadSide + " addr add " + VETH_LOAD + "/16 dev cable");
        ip("-n " + loadSide + " route add local " + VETH_LOAD_NETWORK + " dev lo");
        ip("-n " + serverSide + " route add " + VETH_LOAD_NETWORK + " via " + VETH_LOAD);
    }

    private static void ip(String words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words.split(" ", -1)));
        Machine.run(command);
    }

    /** The address of the n-th server, 0 to 99, for listening and for relays: no two share ports. */
    String serverAddress(int number) {
        return (veth ? VETH_SERVERS : LOOPBACK_SERVERS) + (number + 1);
    }

    /** The first of many addresses of clients. */
    String clients() {
        return veth ? VETH_CLIENTS : LOOPBACK_CLIENTS;
    }

    String peer() {
        return veth ? VETH_PEER : LOOPBACK_PEER;
    }

    /** The block that all peers lie in. */
    String peers() {
        return veth ? VETH_LOAD_NETWORK : LOOPBACK_PEERS;
    }

    List<String> atServer(List<String> command) {
        return in(serverSide, command);
    }

    List<String> atLoad(List<String> command) {
        return in(loadSide, command);
    }

    private List<String> in(String side, List<String> command) {
        if (!veth) {
            return command;
        }
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", side));
        whole.addAll(command);
        return whole;
    }

    @Override
    public String toString() {
        return veth ? "veth between two network namespaces" : "loopback";
    }

    @Override
    public void close() {
        if (!veth || closed.getAndSet(true)) {
            return;
        }
        for (String side : List.of(serverSide, loadSide)) {
            try {
                ip("netns delete " + side);
            } catch (BenchRefused | IOException e) {
                System.err.println("bench: the network namespace " + side + " may be left: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
