package dev.postern.natsim.explore;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A trial in one line, from inside outwards: {@code A EIM/APDF+host; B APDM/APDF+random; shared EIM/EIF+hairpin; isolated;
 * same-inside; turn none; seed 7; latency 10 20; head-start -50; loss 2; ip6}. What is missing is none, false, or as in {@link Trial#of}.
 */
final class TrialText {

    private TrialText() {}

    static String write(Trial trial) {
        Placement placement = trial.placement();
        List<String> parts = new ArrayList<>();
        nats(parts, "A", placement.a());
        nats(parts, "B", placement.b());
        nats(parts, "shared", placement.shared());
        flag(parts, placement.isolated(), "isolated");
        flag(parts, placement.sameInside(), "same-inside");
        flag(parts, placement.bAtServer(), "B-at-server");
        flag(parts, placement.turn() != Turn.UDP, "turn " + word(placement.turn()));
        flag(parts, true, "seed " + trial.seed());
        flag(parts, true, "latency " + trial.latencyOfAMillis() + " " + trial.latencyOfBMillis());
        flag(parts, trial.headStartMillis() != 0, "head-start " + trial.headStartMillis());
        flag(parts, trial.lossPercent() != 0, "loss " + trial.lossPercent());
        flag(parts, trial.ipv6(), "ip6");
        return String.join("; ", parts);
    }

    private static String word(Turn turn) {
        return turn.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void nats(List<String> parts, String whose, List<NatBehaviour> nats) {
        if (!nats.isEmpty()) {
            parts.add(whose + " " + nats.stream().map(NatText::write).collect(Collectors.joining(" ")));
        }
    }

    private static void flag(List<String> parts, boolean is, String text) {
        if (is) {
            parts.add(text);
        }
    }

    /**
     * The trial that a line stands for.
     *
     * @throws IllegalArgumentException with one sentence if it stands for none
     */
    static Trial parse(String line) {
        Reader reader = new Reader();
        for (String part : line.split(";")) {
            reader.read(part.trim());
        }
        return reader.trial();
    }

    private static final class Reader {
        private List<NatBehaviour> a = List.of();
        private List<NatBehaviour> b = List.of();
        private List<NatBehaviour> shared = List.of();
        private boolean isolated;
        private boolean sameInside;
        private boolean bAtServer;
        private Turn turn = Turn.UDP;
        private long seed = 1;
        private int latencyOfA = 10;
        private int latencyOfB = 10;
        private int headStart;
        private int loss;
        private boolean ipv6;

        void read(String part) {
            String[] words = part.split(" +");
            switch (words[0]) {
                case "A" -> a = nats(words);
                case "B" -> b = nats(words);
                case "shared" -> shared = nats(words);
                case "isolated" -> isolated = true;
                case "same-inside" -> sameInside = true;
                case "B-at-server" -> bAtServer = true;
                case "turn" -> turn = turn(word(words, 1));
                case "seed" -> seed = Long.parseLong(word(words, 1));
                case "latency" -> {
                    latencyOfA = Integer.parseInt(word(words, 1));
                    latencyOfB = Integer.parseInt(word(words, 2));
                }
                case "head-start" -> headStart = Integer.parseInt(word(words, 1));
                case "loss" -> loss = Integer.parseInt(word(words, 1));
                case "ip6" -> ipv6 = true;
                default -> throw new IllegalArgumentException("'" + part + "' is no part of a trial");
            }
        }

        private static String word(String[] words, int index) {
            if (index >= words.length) {
                throw new IllegalArgumentException("something is missing after '" + words[0] + "'");
            }
            return words[index];
        }

        private static Turn turn(String written) {
            return Arrays.stream(Turn.values())
                    .filter(turn -> TrialText.word(turn).equals(written))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'turn " + written + "' is not turn none, turn udp or turn udp-and-tcp"));
        }

        private static List<NatBehaviour> nats(String[] words) {
            return Arrays.stream(words).skip(1).map(NatText::parse).toList();
        }

        Trial trial() {
            Placement placement = new Placement(a, b, shared, isolated, sameInside, bAtServer, turn);
            return new Trial(placement, seed, latencyOfA, latencyOfB, headStart, loss, ipv6);
        }
    }
}
