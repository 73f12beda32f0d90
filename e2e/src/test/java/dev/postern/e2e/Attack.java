package dev.postern.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The attacks of the list of security cases, each from one address. What they are told in the end is an expression to be found in their tally. */
@SuppressWarnings("ImmutableEnumChecker") // each course is a method
enum Attack {
    NOTHING("nothing, for comparison", "", ground -> ground.all(1, () -> LockSupport.parkNanos(20_000_000))),
    STALLED_READERS(
            "16 readers who stop, each sent 60 kB messages at the full rate",
            "closed 4408|bye 4408|cut|rate_limited",
            ground -> ground.all(16, () -> stalledReader(ground))),
    LONG_MESSAGES(
            "16 senders of 64 kB messages, as fast as TCP takes them",
            "rate_limited|closed 4429|closed 4408",
            ground -> ground.all(16, () -> longMessages(ground))),
    EMPTY_FRAGMENTS(
            "16 senders of 100,000 empty continuation frames",
            "closed 4429|bye 4429|cut",
            ground -> ground.all(16, () -> flood(ground, emptyFragments()))),
    PINGS(
            "16 senders of 100,000 pings",
            "closed 4429|bye 4429|cut",
            ground -> ground.all(16, () -> flood(ground, AttackLine.repeated(frame(AttackLine.PING, "x"), 100_000)))),
    TINY_MESSAGES(
            "16 senders of 100,000 tiny messages, many in one segment",
            "rate_limited|closed 4429",
            ground -> ground.all(
                    16,
                    () -> flood(
                            ground,
                            AttackLine.repeated(frame(AttackLine.TEXT, "{\"t\":\"ping\",\"ts\":1}"), 100_000)))),
    DRIPPED_HANDSHAKES(
            "100 handshakes, a byte every 100 ms",
            "cut|HTTP 408",
            ground -> ground.all(100, () -> drip(ground, line -> line.upgradeRequest()))),
    GIANT_FRAMES(
            "100 frames that announce 2^31 or 2^63 - 1 bytes",
            "closed 1009|closed 1002|cut",
            ground -> ground.all(100, () -> giant(ground))),
    NO_HELLO(
            "200 WebSockets without a hello",
            "closed 4400|bye 4400|HTTP 429",
            ground -> ground.all(200, () -> silent(ground))),
    MANY_ROOMS_OF_ONE_ADDRESS(
            "32 clients that open and leave rooms, another one each time, up to 100,000",
            "rate_limited",
            ground -> ground.all(32, () -> rooms(ground, true))),
    MANY_ROOMS_OF_ONE_SOCKET(
            "one client that joins 10,000 rooms",
            "too_many_rooms",
            ground -> ground.all(1, () -> rooms(ground, false))),
    JOINS(
            "64 clients that join one room and leave it",
            "rate_limited|room_full",
            ground -> ground.all(64, () -> joins(ground))),
    ENDLESS_BODIES(
            "100 POSTs whose bodies do not end",
            "cut|HTTP 4..",
            ground -> ground.all(100, () -> drip(ground, line -> body(line)))),
    RESUME_GUESSES(
            "32 clients that guess the secret of another's session",
            "a new session|rate_limited|server_busy",
            ground -> ground.all(32, () -> guess(ground))),
    NO_JSON(
            "16 senders of texts that are no message",
            "bad_message|rate_limited|closed 4429",
            ground -> ground.all(16, () -> malformed(ground)));

    /** A request of 195 bytes takes longer than every deadline. */
    private static final long DRIP_NANOS = 100_000_000;

    private static final int ROOMS = 100_000;
    private static final int TURN = 10_000;
    private static final List<String> CORPUS = List.of(
            "",
            "null",
            "1",
            "\"x\"",
            "[]",
            "{}",
            "{\"t\":\"join\"",
            "{\"t\":\"sig\",\"t\":\"hello\"}",
            "{\"__proto__\":{\"t\":\"hello\"}}",
            "{\"t\":\"join\",\"id\":1e400,\"room\":\"r\"}",
            "{\"t\":\"join\",\"id\":1,\"room\":\"\\ud800\"}",
            "{\"t\":\"join\",\"id\":1,\"room\":{}}",
            "\ufeff{\"t\":\"hello\"}",
            "{\"t\":\"welcome\",\"v\":1}",
            "[".repeat(50_000),
            "{\"a\":" + "[".repeat(50_000));

    private final String words;
    private final String verdict;
    private final Course course;

    /** How it goes, until the ground's time is over. */
    private interface Course {

        void run(AttackGround ground) throws InterruptedException;
    }

    private interface Bytes {

        byte[] of(AttackLine line);
    }

    Attack(String words, String verdict, Course course) {
        this.words = words;
        this.verdict = verdict;
        this.course = course;
    }

    String words() {
        return words;
    }

    /** What must be among what the attacker was told; empty for nothing. */
    String verdict() {
        return verdict;
    }

    void run(AttackGround ground) throws InterruptedException {
        course.run(ground);
    }

    private static byte[] frame(int opCode, String text) {
        return AttackLine.frame(AttackLine.FIN | opCode, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] emptyFragments() {
        byte[] fragments = AttackLine.repeated(AttackLine.frame(AttackLine.CONTINUATION, new byte[0]), 100_000);
        System.arraycopy(AttackLine.frame(AttackLine.TEXT, new byte[0]), 0, fragments, 0, 6);
        return fragments;
    }

    private static void flood(AttackGround ground, byte[] bytes) throws IOException {
        try (AttackLine line = ground.line().upgraded()) {
            line.hello();
            line.listen(ground::told);
            line.write(bytes);
            ground.await(line);
        }
    }

    private static void stalledReader(AttackGround ground) throws IOException {
        String room = "stalled " + ground.number();
        try (AttackLine reader = ground.smallLine().upgraded();
                AttackLine talker = ground.line().upgraded()) {
            String to = AttackLine.field(reader.hello(), "peer");
            reader.join(1, room);
            talker.hello();
            talker.join(1, room);
            talker.listen(ground::told);
            String sdp = "x".repeat(60_000);
            for (int id = 2; !ground.isLate() && !talker.isOver(); id++) { // the reader is told when it reads again
                talker.text(AttackLine.sigText(id, to, room, sdp));
                LockSupport.parkNanos(id < 80 ? 0 : 22_000_000);
            }
            reader.drain(ground::told);
        }
    }

    private static void longMessages(AttackGround ground) throws IOException {
        String room = "long " + ground.number();
        try (AttackLine reader = ground.line().upgraded();
                AttackLine talker = ground.line().upgraded()) {
            String to = AttackLine.field(reader.hello(), "peer");
            reader.join(1, room);
            reader.listen(ground::told);
            talker.hello();
            talker.join(1, room);
            talker.listen(ground::told);
            String sdp = "x".repeat(65_000);
            for (int id = 2; !ground.isOver() && !talker.isOver(); id++) {
                talker.text(AttackLine.sigText(id, to, room, sdp));
            }
        }
    }

    private static void drip(AttackGround ground, Bytes what) throws IOException {
        try (AttackLine line = ground.line()) {
            line.listenForStatus(ground::told);
            for (byte one : what.of(line)) {
                if (ground.isOver() || line.isOver()) {
                    return;
                }
                line.write(new byte[] {one});
                LockSupport.parkNanos(DRIP_NANOS);
            }
        }
    }

    /** The head at once would be one write; the body is promised and never ends. */
    private static byte[] body(AttackLine line) {
        try {
            line.write(line.postHead(50_000));
        } catch (IOException e) {
            return new byte[0];
        }
        return "[".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    }

    private static void giant(AttackGround ground) throws IOException {
        try (AttackLine line = ground.line().upgraded()) {
            line.listen(ground::told);
            long length = ground.number() % 2 == 0 ? 1L << 31 : Long.MAX_VALUE;
            line.write(AttackLine.announce(AttackLine.FIN | AttackLine.TEXT, length));
            ground.await(line);
        }
    }

    private static void silent(AttackGround ground) throws IOException {
        try (AttackLine line = ground.line().upgraded()) {
            line.listen(ground::told);
            ground.await(line);
        }
    }

    private static void rooms(AttackGround ground, boolean leaves) throws IOException {
        try (AttackLine line = ground.line().upgraded()) {
            line.hello();
            line.listen(ground::told);
            int id = 1;
            int number = 0;
            while (!ground.isOver() && !line.isOver() && number < ROOMS && id < TURN) {
                number = ground.number();
                line.text(AttackLine.joinText(id++, "room " + number));
                if (leaves) {
                    line.text(AttackLine.leaveText(id++, "room " + number));
                }
                LockSupport.parkNanos(leaves ? 40_000_000 : 22_000_000); // just within the rate of one connection
            }
            ground.await(line);
        }
    }

    private static void joins(AttackGround ground) throws IOException {
        try (AttackLine line = ground.line().upgraded()) {
            line.hello();
            line.listen(ground::told);
            for (int id = 1; !ground.isOver() && !line.isOver(); id += 2) {
                line.text(AttackLine.joinText(id, "the one room"));
                line.text(AttackLine.leaveText(id + 1, "the one room"));
                LockSupport.parkNanos(40_000_000);
            }
        }
    }

    private static void guess(AttackGround ground) throws IOException {
        try (AttackLine line = ground.line().upgraded()) {
            line.text(ground.pair().guess(ground.number()));
            String answer = line.readText();
            boolean isRefused = answer.contains("\"t\":\"err\"");
            ground.told(
                    answer.contains("\"resumed\":false")
                            ? "a new session"
                            : isRefused ? AttackLine.field(answer, "name") : "the session");
        }
    }

    private static void malformed(AttackGround ground) throws IOException {
        try (AttackLine line = ground.line().upgraded()) {
            line.hello();
            line.listen(ground::told);
            while (!ground.isOver() && !line.isOver()) {
                for (String text : CORPUS) {
                    line.text(text);
                }
            }
        }
    }
}
