package dev.postern.signaling.cluster;

import dev.postern.signaling.SignalingCounter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/** Nodes with links over a backplane as bad as the test wants it, in virtual time. */
final class LinkNetwork {

    static final byte[] SECRET = "a secret that all nodes share".getBytes(StandardCharsets.UTF_8);
    static final Duration LOST_AFTER = Duration.ofSeconds(10);
    private static final long MIN_DELAY_NANOS = Duration.ofMillis(1).toNanos();
    private static final int KEPT_FRAMES = 2_000;

    final Map<String, Node> nodes = new LinkedHashMap<>();
    final Random random;
    long nowNanos;
    double loss;
    double repeats;
    double flips;
    /** How much longer than the shortest time a frame may take; later ones overtake it. */
    long maxDelayNanos;

    /** What the backplane holds now. */
    int framesHeld;

    long bytesHeld;
    /** The most that it has held. */
    long mostBytesHeld;

    private final Set<String> cut = new HashSet<>();
    private final List<Carried> kept = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong((Event one) -> one.order).thenComparingLong(one -> one.number));
    private final long startNanos;
    private long number;
    private boolean isUp;

    private static final class Event {

        private final long order;
        private final long number;
        private final Runnable what;

        Event(long order, long number, Runnable what) {
            this.order = order;
            this.number = number;
            this.what = what;
        }
    }

    /** A frame that was carried once, and may be again. */
    static final class Carried {

        final String to;
        final byte[] frame;

        Carried(String to, byte[] frame) {
            this.to = to;
            this.frame = frame;
        }
    }

    LinkNetwork(long seed, long startNanos) {
        this.random = new Random(seed);
        this.startNanos = startNanos;
        this.nowNanos = startNanos;
    }

    /** One node: its links, and all that a hub would have seen of them. */
    final class Node implements LinkOutput {

        final String name;
        final Links links;
        final Map<SignalingCounter, Integer> counted = new EnumMap<>(SignalingCounter.class);
        private final Map<String, LinkLog> logs = new LinkedHashMap<>();

        Node(String name, int maxMessages) {
            this.name = name;
            this.links = new Links(name, SECRET, LOST_AFTER, maxMessages, this);
        }

        LinkLog log(String other) {
            return logs.computeIfAbsent(other, key -> new LinkLog());
        }

        /** Sends the next number. */
        void send(String to) {
            LinkLog log = log(to);
            ByteBuffer payload = ByteBuffer.allocate(16);
            payload.putLong(log.nextNumber()).putLong(log.segment());
            log.onSend();
            links.send(nowNanos, to, payload.array());
        }

        @Override
        public void transmit(String to, byte[] frame) {
            carry(name, to, frame);
        }

        @Override
        public void deliver(String from, byte[] payload) {
            ByteBuffer in = ByteBuffer.wrap(payload);
            log(from).onDeliver(in.getLong(), in.getLong());
        }

        @Override
        public void lost(String other) {
            log(other).onLost();
        }

        @Override
        public void count(SignalingCounter counter) {
            counted.merge(counter, 1, Integer::sum);
        }

        int total(SignalingCounter counter) {
            return counted.getOrDefault(counter, 0);
        }
    }

    Node add(String name) {
        return add(name, Links.MAX_MESSAGES);
    }

    Node add(String name, int maxMessages) {
        Node node = new Node(name, maxMessages);
        nodes.put(name, node);
        return node;
    }

    private void carry(String from, String to, byte[] frame) {
        if (!isUp || cut.contains(from) || cut.contains(to) || random.nextDouble() < loss) {
            return;
        }
        keep(new Carried(to, frame));
        arriveLater(to, frame);
        if (random.nextDouble() < repeats) {
            arriveLater(to, frame);
        }
        if (random.nextDouble() < flips) {
            arriveLater(to, flipped(frame));
        }
    }

    private void keep(Carried one) {
        if (kept.size() < KEPT_FRAMES) {
            kept.add(one);
        } else {
            kept.set(random.nextInt(KEPT_FRAMES), one);
        }
    }

    private byte[] flipped(byte[] frame) {
        byte[] other = frame.clone();
        other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        return other;
    }

    /** Everything that was ever carried, or much of it. */
    List<Carried> kept() {
        return List.copyOf(kept);
    }

    /** Carries an old frame once more, to its receiver or to somebody else. */
    void replay(Carried one, String to) {
        arriveLater(to, one.frame);
    }

    private void arriveLater(String to, byte[] frame) {
        long delayNanos = MIN_DELAY_NANOS + (long) (random.nextDouble() * maxDelayNanos);
        framesHeld++;
        bytesHeld += frame.length;
        mostBytesHeld = Math.max(mostBytesHeld, bytesHeld);
        at(delayNanos, () -> {
            framesHeld--;
            bytesHeld -= frame.length;
            Node node = nodes.get(to);
            if (node != null && isUp && !cut.contains(to)) {
                node.links.onFrame(nowNanos, frame);
            }
        });
    }

    void at(long delayNanos, Runnable what) {
        events.add(new Event(nowNanos - startNanos + delayNanos, number++, what));
    }

    /** The backplane can be reached by all, or by nobody. */
    void setUp(boolean up) {
        isUp = up;
        for (Node node : nodes.values()) {
            if (up && !cut.contains(node.name)) {
                node.links.onUp(nowNanos);
            } else if (!up) {
                node.links.onDown();
            }
        }
        tellNodes();
    }

    /** A node that nobody sees or hears; {@code knows} if it notices so itself. */
    void cut(String name, boolean knows) {
        cut.add(name);
        if (knows) {
            Objects.requireNonNull(nodes.get(name)).links.onDown();
        }
        tellNodes();
    }

    void mend(String name) {
        if (cut.remove(name) && isUp) {
            Objects.requireNonNull(nodes.get(name)).links.onUp(nowNanos);
        }
        tellNodes();
    }

    /** For good, without a word. */
    void kill(String name) {
        nodes.remove(name);
        tellNodes();
    }

    private void tellNodes() {
        if (!isUp) {
            return;
        }
        Set<String> living = new LinkedHashSet<>(nodes.keySet());
        living.removeAll(cut);
        for (Node node : nodes.values()) {
            if (!cut.contains(node.name)) {
                node.links.onNodes(nowNanos, living);
            }
        }
    }

    void run(Duration time) {
        long untilNanos = nowNanos + time.toNanos();
        while (true) {
            long next = nextNanos();
            if (next == Links.NEVER || next - untilNanos > 0) {
                break;
            }
            nowNanos = next - nowNanos > 0 ? next : nowNanos;
            Event event = events.peek();
            if (event != null && startNanos + event.order - nowNanos <= 0) {
                events.poll().what.run();
            } else {
                nodes.values().forEach(node -> node.links.onTimeout(nowNanos));
            }
        }
        nowNanos = untilNanos;
    }

    private long nextNanos() {
        Event event = events.peek();
        long next = event == null ? Links.NEVER : startNanos + event.order;
        for (Node node : nodes.values()) {
            long due = node.links.nextTimeout();
            if (due != Links.NEVER && (next == Links.NEVER || due - next < 0)) {
                next = due;
            }
        }
        return next;
    }
}
