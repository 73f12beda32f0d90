package dev.postern.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One kind of load.
 *
 * @param name how {@code --cells} names it
 * @param options what the generator is told beside the server's address and its own
 * @param rows what is read from its results
 */
record Cell(String name, Kind kind, List<String> options, List<Row> rows) {

    /** How a cell is run. */
    enum Kind {
        /** {@code stunload} on a server that is warm. */
        BINDING,
        /** {@code turnload} on a server that is warm. */
        PACKETS,
        /** Allocations on a server that was started for them. */
        ALLOCATIONS,
        /** {@code turnload} on a server that is warm and has a share of its CPU: more and more, then twice what came out. */
        OVERLOAD,
        /** {@code turnload} once and long, on a server that was started for it. */
        HALF_LOAD,
        /** {@code wsload} on a server that is warm. */
        MESSAGES,
        /** {@code wsload} that only opens sessions and holds them, on a server that was started for it. */
        SESSIONS
    }

    static final Row COLD = Row.cpu("alloc-cold", "Allocate + ChannelBind, the first 500 after ready");
    static final Row WARM = Row.cpu("alloc-warm", "Allocate + ChannelBind, 10,000 on a warm server");
    static final Row MEMORY =
            new Row("alloc-memory", "Memory of an idle allocation, 10,000 held", "bytes_per_allocation", "B");

    /**
     * STUN clients prove nothing, so servers bound the answers to one source: the load comes from as many as a busy server sees. Four outstanding
     * requests each keep the server from ever waiting.
     */
    private static final Cell BINDING =
            packets(Kind.BINDING, "binding", "STUN Binding, closed loop", "--sockets 512 --sources 512 --window 4");

    private static final Cell BINDING_PACED = packets(
            Kind.BINDING, "binding-20k", "STUN Binding, 20,000 requests/s", "--sockets 512 --sources 512 --rate 20000");

    private static final String BURSTS = "--allocations 8 --bytes 1200 --direction both --burst 8 --window 16";

    /** What {@code bench stun} runs. */
    static final List<Cell> STUN = List.of(BINDING, BINDING_PACED);

    /** What {@code bench turn} runs. */
    static final List<Cell> TURN = List.of(
            BINDING,
            relay("c2p-1", "client to peer, 1 allocation, 172 B", "--allocations 1 --direction to-peer --window 32"),
            relay("p2c-1", "peer to client, 1 allocation, 172 B", "--allocations 1 --direction to-client --window 32"),
            relay("c2p-50", "client to peer, 50 allocations, 172 B", "--allocations 50 --direction to-peer --window 4"),
            relay(
                    "p2c-50",
                    "peer to client, 50 allocations, 172 B",
                    "--allocations 50 --direction to-client --window 4"),
            relay("bursts", "8 allocations, 1200 B, bursts of 8, both ways", BURSTS),
            relay("trains-in", "the same, bursts arrive as trains", BURSTS + " --gso 1"),
            relay("trains", "the same, trains in and out", BURSTS + " --gso 1 --gro 1"),
            relay(
                    "paced",
                    "50 allocations, 172 B, 20,000 packets/s",
                    "--allocations 50 --direction to-peer --rate 20000"),
            new Cell("alloc", Kind.ALLOCATIONS, List.of(), List.of(COLD, WARM, MEMORY)));

    /** What {@code bench turn} runs where it is named: one says nothing about the CPU time of a packet, the other takes long. */
    static final List<Cell> TURN_ON_DEMAND = List.of(
            new Cell("overload", Kind.OVERLOAD, List.of(), List.of(Overload.ROW)),
            new Cell("half-load", Kind.HALF_LOAD, List.of(), List.of(HalfLoad.ROW)));

    /** What {@code bench signaling} runs. */
    static final List<Cell> SIGNALING = List.of(
            messages("saturated", "300 B between 100 pairs, closed loop", "--clients 200 --window 8", "cpu_us"),
            messages("paced", "300 B between 100 pairs, 5,000 messages/s", "--clients 200 --rate 5000", "cpu_us"),
            messages("of-100", "the same among 100 sessions", "--clients 100 --rate 5000", "cpu_us"),
            messages("of-1000", "the same among 1,000 sessions", "--clients 1000 --rate 5000", "cpu_us"),
            messages("of-10000", "the same among 10,000 sessions", "--clients 10000 --rate 5000", "cpu_us"),
            new Cell(
                    "idle",
                    Kind.SESSIONS,
                    List.of("--clients", "10000", "--hold", "5"),
                    List.of(
                            new Row("idle-memory", "Memory of an idle session, 10,000 held", "bytes_per_client", "B"),
                            Row.cpu("idle-open", "Opening a session, as fast as it is taken in")
                                    .of("open_cpu_us"))),
            new Cell(
                    "storm",
                    Kind.SESSIONS,
                    List.of("--clients", "5000", "--open-rate", "500", "--hold", "0"),
                    List.of(
                            Row.cpu("storm-open", "Opening a session, 5,000 in 10 s")
                                    .of("open_cpu_us"),
                            Row.cpu("storm-seat", "From connect to seat, p99 of 5,000 in 10 s")
                                    .of("seat_p99_us"))));

    private static Cell messages(String name, String title, String options, String metric) {
        return new Cell(
                name,
                Kind.MESSAGES,
                List.of(options.split(" ", -1)),
                List.of(Row.cpu(name, title).of(metric)));
    }

    private static Cell relay(String name, String title, String options) {
        return packets(Kind.PACKETS, name, title, options);
    }

    private static Cell packets(Kind kind, String name, String title, String options) {
        return new Cell(name, kind, List.of(options.split(" ", -1)), List.of(Row.cpu(name, title)));
    }

    /** Whether its rows are in the table of what a packet costs. */
    boolean isInResultTable() {
        return kind != Kind.OVERLOAD && kind != Kind.HALF_LOAD;
    }

    /** Those of a program that are named, in their order here; where none is, all but those on demand. */
    static List<Cell> of(String program, List<String> names) {
        return switch (program) {
            case "turn" -> named(TURN, TURN_ON_DEMAND, names);
            case "stun" -> named(STUN, List.of(), names);
            default -> named(SIGNALING, List.of(), names);
        };
    }

    private static List<Cell> named(List<Cell> usual, List<Cell> onDemand, List<String> names) {
        List<Cell> all = new ArrayList<>(usual);
        all.addAll(onDemand);
        List<String> known = all.stream().map(Cell::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new BenchRefused("--cells names " + name + "; there are " + String.join(", ", known) + ".");
            }
        }
        return names.isEmpty()
                ? usual
                : all.stream().filter(cell -> names.contains(cell.name)).toList();
    }
}
