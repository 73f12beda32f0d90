package dev.postern.natsim.ice4j;

import dev.postern.natsim.NatPreset;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Reach;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Two ice4j agents behind each pair of NATs, with Postern's STUN and TURN engines between them, compared with what the
 * oracle predicts. Every pair has a virtual network of its own; no packet leaves the JVM.
 *
 * <p>ice4j's timers run by the wall clock, and it takes seconds to give up: so pairs are run side by side. Immutable; each
 * run has threads of its own and ends them. ice4j keeps idle threads of its own for a minute, and some are no daemons: a
 * program that is to end at once must call {@link System#exit}.
 */
public final class IceMatrix {

    /** How many pairs run side by side unless told otherwise: {@value}. */
    public static final int PARALLEL = 18;

    private static final Duration CELL_TIMEOUT = Duration.ofSeconds(60);

    private final List<NatPreset> rows;
    private final List<NatPreset> columns;
    private final int parallel;
    private final long seed;
    private final boolean recording;

    /**
     * A matrix of the given size.
     *
     * @param rows the NATs of the controlling agents
     * @param columns the NATs of the controlled agents
     * @param parallel how many pairs run at once, at least 1; each takes two threads beside those of ice4j
     * @param seed for the ports of the NATs and the keys of the server; ice4j's own randomness is not seeded
     */
    public IceMatrix(List<NatPreset> rows, List<NatPreset> columns, int parallel, long seed) {
        this(rows, columns, parallel, seed, false);
    }

    private IceMatrix(List<NatPreset> rows, List<NatPreset> columns, int parallel, long seed, boolean recording) {
        if (parallel < 1) {
            throw new IllegalArgumentException("parallel " + parallel + " must be at least 1");
        }
        this.rows = List.copyOf(rows);
        this.columns = List.copyOf(columns);
        this.parallel = parallel;
        this.seed = seed;
        this.recording = recording;
    }

    /** The same matrix, whose cells have each a record of the run. */
    public IceMatrix recording() {
        return new IceMatrix(rows, columns, parallel, seed, true);
    }

    /** Every preset against every preset. */
    public static IceMatrix full(long seed) {
        List<NatPreset> all = List.of(NatPreset.values());
        return new IceMatrix(all, all, PARALLEL, seed);
    }

    /**
     * Runs all pairs in real time.
     *
     * @param onCell hears of each pair, row by row, on the thread that calls this
     * @throws IllegalStateException if a pair could not be run
     */
    public MatrixResult run(Consumer<MatrixCell> onCell) throws InterruptedException {
        try (WallPace pace = new WallPace()) {
            return run(pace, onCell);
        }
    }

    MatrixResult run(Pace pace, Consumer<MatrixCell> onCell) throws InterruptedException {
        long start = System.nanoTime();
        ExecutorService workers = threads("natsim-cell-");
        ExecutorService helpers = threads("natsim-gather-");
        try {
            SortedMap<Integer, Running> running = new TreeMap<>();
            for (Place place : longestFirst()) {
                CellRun cell = new CellRun(place.row(), place.column(), seed + place.number(), CELL_TIMEOUT, recording);
                running.put(place.number(), new Running(place, workers.submit(() -> cell.run(pace, helpers))));
            }
            List<MatrixCell> cells = new ArrayList<>();
            for (Running one : running.values()) {
                MatrixCell cell = one.result();
                onCell.accept(cell);
                cells.add(cell);
            }
            return new MatrixResult(rows, columns, cells, Duration.ofNanos(System.nanoTime() - start));
        } finally {
            workers.shutdownNow();
            helpers.shutdownNow();
        }
    }

    /** A row and a column. */
    private record Place(NatPreset row, NatPreset column, int number) {

        private boolean failsSlowly() {
            return Oracle.predict(Reach.of(row.behaviour()), Reach.of(column.behaviour()), Oracle.Turn.UDP)
                    == Outcome.NONE;
        }
    }

    private List<Place> places() {
        List<Place> places = new ArrayList<>();
        rows.forEach(row -> columns.forEach(column -> places.add(new Place(row, column, places.size()))));
        return places;
    }

    private List<Place> longestFirst() {
        List<Place> order = places();
        order.sort(Comparator.comparing(Place::failsSlowly).reversed());
        return order;
    }

    /** A pair that a worker has, or will have. */
    private record Running(Place place, Future<MatrixCell> future) {

        private MatrixCell result() throws InterruptedException {
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(
                        "could not run " + place.row().label() + " against "
                                + place.column().label() + ": " + e.getCause(),
                        e.getCause());
            }
        }
    }

    private ExecutorService threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(parallel, task -> {
            Thread thread = new Thread(task, name + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
