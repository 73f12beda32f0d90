package dev.postern.natsim.scenario;

import dev.postern.natsim.oracle.Oracle;
import java.time.Duration;
import java.util.List;

/** The keys of the file itself, and of what stands in it once. */
final class FileKeys {

    static final Key<Integer> PAIRS = Key.of("pairs", Kinds.count(1, 10_000_000), "10000", "How many pairs are drawn.");
    static final Key<Oracle.Turn> TURN = Key.of(
            "turn",
            Kinds.word(Oracle.Turn.class),
            "udp-and-tcp",
            "How the agents reach a relay: not at all, over UDP, or over TCP too.");
    static final Key<Node> SHARES = Key.required(
            "shares",
            Kinds.node("a block of names of NATs with their weights", new Shape.Named(Shape.TEXT)),
            "How many of 100, or of any other sum, are behind each NAT.");

    static final Section POPULATION = new Section("A population", List.of(PAIRS, TURN, SHARES));

    static final Key<String> TITLE = Key.required("title", Kinds.TEXT, "What it shows, in a line.");
    static final Key<String> ABOUT = Key.optional("about", Kinds.TEXT, "none", "More about it.");
    static final Key<Long> SEED =
            Key.of("seed", Kinds.SEED, "1", "What all randomness comes from; --seed goes before it.");
    static final Key<Duration> DURATION = Key.optional(
            "duration",
            Kinds.DURATION,
            "5s after the last thing that the file says",
            "How long it runs, in virtual time.");
    static final Key<Node> NETWORKS =
            named("networks", PlaceKeys.NETWORK, "Networks behind a NAT, a firewall or a router.");
    static final Key<Node> HOSTS = named("hosts", PlaceKeys.HOST, "Machines.");
    static final Key<Node> SERVERS =
            named("servers", PlaceKeys.SERVER, "Machines with this program's STUN and TURN engines.");
    static final Key<Node> COMPARE = Key.optional(
            "compare",
            Kinds.node(
                    "a network with a list of NATs", new Shape.Named(new Shape.ListOf(new Shape.Text(NatNames.all())))),
            "one run",
            "Run once for each of these NATs at the router of a network: {home: [full-cone, symmetric]}.");
    static final Key<Node> PACKETS = listed("packets", StepKeys.PACKET, "What is sent, and what must come of it.");
    static final Key<Node> CALLS =
            listed("calls", StepKeys.CALL, "Pairs of ICE agents that connect, by the wall clock.");
    static final Key<Node> EVENTS = listed("events", StepKeys.EVENT, "What happens to the network itself.");
    static final Key<Node> POPULATION_BLOCK = Key.optional(
            "population",
            Kinds.node("a block of its keys", new Shape.Block(POPULATION)),
            "none",
            "What NATs many pairs of agents are behind.");

    static final Section FILE = new Section(
            "The file",
            List.of(
                    TITLE,
                    ABOUT,
                    SEED,
                    DURATION,
                    NETWORKS,
                    HOSTS,
                    SERVERS,
                    COMPARE,
                    PACKETS,
                    CALLS,
                    EVENTS,
                    POPULATION_BLOCK));

    private FileKeys() {}

    private static Key<Node> named(String name, Section section, String sentence) {
        return Key.optional(
                name, Kinds.node("a block of names", new Shape.Named(new Shape.Block(section))), "none", sentence);
    }

    private static Key<Node> listed(String name, Section section, String sentence) {
        return Key.optional(
                name, Kinds.node("a list of blocks", new Shape.ListOf(new Shape.Block(section))), "none", sentence);
    }
}
