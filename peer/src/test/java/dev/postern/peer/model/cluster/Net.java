package dev.postern.peer.model.cluster;

import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.core.Nodes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What is between the nodes of a cluster, in virtual time: links that keep their order and lose only what one side took for lost, and
 * a directory of names. It is strict as the real ones are: a loss on one side is one on the other, and nobody speaks to whom it takes for gone.
 */
final class Net {

    static final long MAX_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final long PRESENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    static final long LOST_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a node is for the net. */
    interface Member {

        String id();

        Nodes nodes();

        /** Whether it was not killed. */
        boolean isAlive();

        boolean isLeaving();
    }

    private record Event(long atNanos, long order, Runnable what) {}

    private record Sent(long dueNanos, int life, NodeMessage message) {}

    /** From one node to another. */
    private record Way(String from, String to) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((one, other) -> Long.signum(
            one.atNanos() == other.atNanos() ? one.order() - other.order() : one.atNanos() - other.atNanos()));
    private final SplittableRandom random;
    private final Map<String, Member> members = new LinkedHashMap<>();
    /** Members that the directory takes for living. */
    private final Set<String> present = new LinkedHashSet<>();
    /** Ways to nodes that were lost because they were missing. */
    private final Set<Way> over = new LinkedHashSet<>();

    final Directory directory = new Directory(this);
    /** What is on each way, in its order. */
    private final Map<Way, Deque<Sent>> sent = new LinkedHashMap<>();

    private final Set<String> cut = new LinkedHashSet<>();
    private final Map<String, Long> lastArrival = new HashMap<>();
    private final Map<String, Integer> lives = new HashMap<>();

    private boolean isDown;
    private long order;
    long nowNanos;

    private final ClusterMutant mutant;
    private final Consumer<Supplier<String>> teller;

    Net(long seed, ClusterMutant mutant, Consumer<Supplier<String>> teller) {
        this.teller = teller;
        this.random = new SplittableRandom(seed);
        this.mutant = mutant;
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    long nextEvent() {
        Event next = events.peek();
        return next == null ? Long.MAX_VALUE : next.atNanos();
    }

    void runDue() {
        for (Event next = events.peek(); next != null && next.atNanos() <= nowNanos; next = events.peek()) {
            events.remove();
            next.what().run();
        }
    }

    void after(long nanos, Runnable what) {
        events.add(new Event(nowNanos + nanos, order++, what));
    }

    private long delay() {
        return 1_000_000 + random.nextLong(MAX_DELAY_NANOS);
    }

    /** In the order of the calls for each pair of names. */
    void carry(String from, String to, Runnable what) {
        events.add(new Event(nextArrival(from, to), order++, what));
    }

    private long nextArrival(String from, String to) {
        String way = from + ">" + to;
        long at = Math.max(nowNanos + delay(), lastArrival.getOrDefault(way, 0L) + 1);
        lastArrival.put(way, at);
        return at;
    }

    // ---- members ---------------------------------------------------------------------------------------------------

    void add(Member member) {
        members.put(member.id(), member);
        present.add(member.id());
        if (isDown) {
            member.nodes().onBackplane(nowNanos, false);
        } else {
            member.nodes().onBackplane(nowNanos, true);
        }
        tellAll();
    }

    boolean isDown() {
        return isDown;
    }

    boolean isCut(String node) {
        return cut.contains(node);
    }

    /** Whether nothing of this node is under way. */
    boolean isQuiet(String node) {
        return sent.entrySet().stream()
                .noneMatch(way ->
                        way.getKey().from().equals(node) && !way.getValue().isEmpty());
    }

    boolean reaches(String node) {
        Member member = members.get(node);
        return !isDown && !cut.contains(node) && member != null && member.isAlive();
    }

    void tellAll() {
        members.values()
                .forEach(member -> carry("directory", member.id(), () -> {
                    if (reaches(member.id())) {
                        tell(member);
                    }
                }));
    }

    private void tell(Member member) {
        Set<String> all = new LinkedHashSet<>(present);
        all.remove(member.id());
        Set<String> staying = new LinkedHashSet<>(all);
        staying.removeIf(id -> member(id).isLeaving());
        member.nodes().onNodes(nowNanos, all, staying);
    }

    private Member member(String id) {
        Member member = members.get(id);
        if (member == null) {
            throw new AssertionError("no node " + id);
        }
        return member;
    }

    /** A node was killed, or cannot be reached any more: the others notice after a while. */
    void gone(String node) {
        after(PRESENCE_NANOS, () -> {
            if (!reaches(node) && !isDown && present.remove(node)) {
                tellAll();
                after(LOST_AFTER_NANOS, () -> loseIfGone(node));
            }
        });
    }

    /** Whoever is missing has his time again: while the backplane is down nobody is taken for lost. */
    private void watchMissing() {
        for (String id : List.copyOf(members.keySet())) {
            if (!present.contains(id)) {
                after(LOST_AFTER_NANOS, () -> loseIfGone(id));
            }
        }
    }

    private void loseIfGone(String node) {
        if (present.contains(node)) {
            return;
        }
        for (Member other : members.values()) {
            if (!other.id().equals(node) && reaches(other.id())) {
                tell(other);
                over.add(new Way(other.id(), node));
                lose(other, node);
            }
        }
    }

    private void show(String node) {
        present.add(node);
        over.removeIf(way -> way.to().equals(node));
    }

    /** A node cannot reach the backplane, which goes on for the others. */
    void cut(String node) {
        cut.add(node);
        member(node).nodes().onBackplane(nowNanos, false);
        gone(node);
    }

    void heal(String node) {
        if (cut.remove(node)) {
            show(node);
            if (!isDown) {
                member(node).nodes().onBackplane(nowNanos, true);
                tellAll();
                pumpAll();
                directory.sayAgain();
                watchMissing();
            }
        }
    }

    void down(boolean forgets) {
        isDown = true;
        for (Member member : members.values()) {
            if (member.isAlive() && !cut.contains(member.id())) {
                member.nodes().onBackplane(nowNanos, false);
            }
        }
        if (forgets) {
            forgetNames();
        }
    }

    /** The directory has lost its memory. */
    void forgetNames() {
        directory.forget();
    }

    void up() {
        isDown = false;
        pumpAll();
        directory.sayAgain();
        watchMissing();
        for (Member member : members.values()) {
            if (reaches(member.id())) {
                carry("directory", member.id(), () -> {
                    if (reaches(member.id())) {
                        show(member.id());
                        member.nodes().onBackplane(nowNanos, true);
                        tell(member);
                    }
                });
            } else {
                gone(member.id());
            }
        }
    }

    // ---- links -----------------------------------------------------------------------------------------------------

    private int life(String one, String other) {
        return lives.getOrDefault(one + ">" + other, 0);
    }

    /** A node takes another for lost. */
    void lose(String at, String other) {
        lose(member(at), other);
    }

    private void lose(Member at, String other) {
        int next = Math.max(life(at.id(), other), life(other, at.id())) + 1;
        lives.put(at.id() + ">" + other, next);
        at.nodes().onNodeLost(nowNanos, other);
    }

    /** Sends a message as it is, whatever the mutant would make of it. */
    void send(String from, String to, NodeMessage message) {
        int life = life(from, to);
        Way way = new Way(from, to);
        long at = nextArrival(from, to);
        sent.computeIfAbsent(way, key -> new ArrayDeque<>()).add(new Sent(at, life, message));
        events.add(new Event(at, order++, () -> pump(way)));
    }

    /** What is due arrives, in order; what cannot is sent again when that is over. */
    private void pump(Way way) {
        Deque<Sent> queue = sent.getOrDefault(way, new ArrayDeque<>());
        while (!queue.isEmpty() && queue.getFirst().dueNanos() <= nowNanos) {
            Member target = members.get(way.to());
            if (target == null || !target.isAlive()) {
                queue.clear();
            } else if (reaches(way.to()) && !cut.contains(way.from())) {
                arrive(way, target, queue.removeFirst());
            } else {
                return;
            }
        }
    }

    private void pumpAll() {
        List.copyOf(sent.keySet()).forEach(way -> after(delay(), () -> pump(way)));
    }

    private void arrive(Way way, Member target, Sent one) {
        int mine = life(way.to(), way.from());
        if (one.life() < mine) {
            over(way.from(), way.to(), one.life(), mine);
            return;
        }
        if (one.life() > mine) {
            lives.put(way.to() + ">" + way.from(), one.life());
            target.nodes().onNodeLost(nowNanos, way.from());
        }
        teller.accept(() -> way.to() + " hears " + way.from() + " say " + one.message());
        mutant.begins(way.to(), one.message());
        target.nodes().onNodeMessage(nowNanos, way.from(), mutant.arrives(one.message()));
        mutant.ends();
    }

    /** The sender learns that nobody takes what it sends. */
    private void over(String sender, String by, int life, int theirs) {
        carry(by, sender, () -> {
            Member member = member(sender);
            if (member.isAlive() && life(sender, by) == life) {
                lives.put(sender + ">" + by, theirs);
                member.nodes().onNodeLost(nowNanos, by);
            }
        });
    }

    /** How a member reaches the others. */
    ClusterOutput outputOf(Member from) {
        return new ClusterOutput() {
            @Override
            public void send(String node, NodeMessage message) {
                if (node.isEmpty() || node.equals(from.id())) {
                    throw new AssertionError("a message to '" + node + "': " + message);
                }
                if (over.contains(new Way(from.id(), node))) {
                    throw new AssertionError(node + " is lost to " + from.id() + ", which tells it " + message);
                }
                for (NodeMessage one : mutant.sent(Net.this, from.id(), node, message)) {
                    Net.this.send(from.id(), node, one);
                }
            }

            @Override
            public void sendAll(NodeMessage message) {
                present.stream().filter(id -> !id.equals(from.id())).forEach(id -> send(id, message));
            }

            @Override
            public void claim(String room) {
                directory.claim(from, room);
            }

            @Override
            public void take(String room, String giver) {
                directory.take(from, room, giver);
            }

            @Override
            public void release(String room) {
                directory.release(from, room);
            }

            @Override
            public void register(String sid) {
                if (mutant.registers()) {
                    directory.register(from, sid);
                }
            }

            @Override
            public void locate(String sid) {
                directory.locate(from, sid);
            }
        };
    }

    boolean isPresent(String node) {
        return present.contains(node);
    }

    /** It has stopped as it should: it is gone at once. */
    void leave(String node) {
        present.remove(node);
        tellAll();
        after(LOST_AFTER_NANOS, () -> loseIfGone(node));
    }
}
