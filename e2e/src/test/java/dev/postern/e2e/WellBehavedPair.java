package dev.postern.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Two clients in a room, one of which sends the other a message every 40 ms while somebody else attacks the server. */
final class WellBehavedPair implements AutoCloseable {

    private static final long BETWEEN_NANOS = 40_000_000;
    private static final int ACK_EVERY = 8;
    private static final String ROOM = "quiet room";
    private static final String FROM = "127.0.0.1";

    private final AttackLine ann;
    private final AttackLine bob;
    private final String welcome;
    private final AtomicInteger sent = new AtomicInteger();
    private final List<Long> delaysNanos = Collections.synchronizedList(new ArrayList<>());
    private final List<String> troubles = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean isOver;

    /**
     * What the pair saw of one attack.
     *
     * @param p99Millis the 99th percentile of the time from one to the other
     */
    record Seen(int sent, int delivered, double p99Millis, List<String> troubles) {}

    WellBehavedPair(int port) throws IOException {
        ann = new AttackLine(FROM, port, 0).upgraded();
        bob = new AttackLine(FROM, port, 0).upgraded();
        ann.hello();
        welcome = bob.hello();
        bob.join(1, ROOM);
        ann.join(1, ROOM);
        thread("pair reader", this::receive);
        thread("pair answers", this::takeAnswers);
        thread("pair sender", this::send);
    }

    private interface Part {

        void run() throws IOException;
    }

    private void thread(String name, Part part) {
        Thread thread = new Thread(
                () -> {
                    try {
                        part.run();
                    } catch (IOException e) {
                        if (!isOver) {
                            troubles.add(name + ": " + e.getMessage());
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void send() throws IOException {
        String to = AttackLine.field(welcome, "peer");
        int id = 2;
        while (!isOver) {
            long due = System.nanoTime() + BETWEEN_NANOS;
            sent.incrementAndGet();
            ann.text(AttackLine.sigText(id++, to, ROOM, Long.toString(System.nanoTime())));
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void takeAnswers() throws IOException {
        while (true) {
            String text = ann.readText();
            if (text.contains("\"t\":\"err\"")) {
                troubles.add(text);
            } else if (text.contains("\"t\":\"ping\"")) {
                ann.text(text.replace("\"ping\"", "\"pong\""));
            }
        }
    }

    private void receive() throws IOException {
        while (true) {
            String text = bob.readText();
            if (text.contains("\"t\":\"sig\"")) {
                delaysNanos.add(System.nanoTime() - Long.parseLong(AttackLine.field(text, "sdp")));
                if (delaysNanos.size() % ACK_EVERY == 0) {
                    bob.text("{\"t\":\"ack\",\"got\":" + text.replaceAll(".*\"seq\":(\\d+).*", "$1") + "}");
                }
            } else if (text.contains("\"t\":\"err\"")) {
                troubles.add(text);
            } else if (text.contains("\"t\":\"ping\"")) {
                bob.text(text.replace("\"ping\"", "\"pong\""));
            }
        }
    }

    /** A hello that asks for the session of one of the two with a secret that is not its own. */
    String guess(int number) {
        return "{\"t\":\"hello\",\"v\":1,\"resume\":{\"sid\":\"" + AttackLine.field(welcome, "sid") + "\",\"epoch\":\""
                + AttackLine.field(welcome, "epoch") + "\",\"secret\":\"guess" + number + "\",\"got\":0}}";
    }

    /** What was seen since last asked, when all that was sent has come or enough time for it is over. */
    Seen seen(long patienceNanos) {
        long deadline = System.nanoTime() + patienceNanos;
        int were = sent.get();
        while (delaysNanos.size() < were && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        synchronized (delaysNanos) {
            List<Long> sorted = new ArrayList<>(delaysNanos);
            Collections.sort(sorted);
            delaysNanos.clear();
            sent.addAndGet(-were);
            int delivered = Math.min(sorted.size(), were);
            double p99 = sorted.isEmpty() ? Double.NaN : sorted.get((int) (sorted.size() * 0.99)) / 1e6;
            List<String> said = List.copyOf(troubles);
            troubles.clear();
            return new Seen(were, delivered, p99, said);
        }
    }

    @Override
    public void close() throws IOException {
        isOver = true;
        ann.close();
        bob.close();
    }
}
