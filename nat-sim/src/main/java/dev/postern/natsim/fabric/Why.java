package dev.postern.natsim.fabric;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of the packets that two hosts sent towards each other, in each direction. Packets through a server count
 * as the server's.
 */
public record Why(Way there, Way back) {

    /**
     * One direction.
     *
     * @param sent packets to an address that the other may be known by
     * @param arrived packets that the other got, to whatever address they were sent
     * @param losses where and why those of {@code sent} ended that did not arrive
     * @param elsewhere where and why packets to other addresses ended, such as those to a server
     */
    public record Way(String from, String to, long sent, long arrived, List<Loss> losses, List<Loss> elsewhere) {

        public Way {
            losses = List.copyOf(losses);
            elsewhere = List.copyOf(elsewhere);
        }

        private String sentence() {
            String head = from + " to " + to + ": " + arrived + " of " + sent + " packets arrived";
            List<Loss> reasons = sent == 0 && losses.isEmpty() ? elsewhere : losses;
            return reasons.isEmpty()
                    ? head
                    : head + " (" + reasons.stream().map(Loss::toString).collect(Collectors.joining("; ")) + ")";
        }
    }

    /**
     * One kind of end.
     *
     * @param where the host, router or zone
     * @param sentence the reason of the first packet that ended so
     * @param count how many did
     */
    public record Loss(String where, String sentence, long count) {

        @Override
        public String toString() {
            return count + " x at " + where + ": " + sentence;
        }
    }

    /** Both directions in one sentence. */
    public String sentence() {
        return there.sentence() + "; " + back.sentence();
    }

    /** A line for each direction, and an indented line for each kind of loss. */
    @Override
    public String toString() {
        return Stream.of(there, back)
                .flatMap(way -> Stream.of(
                                Stream.of(way.from + " to " + way.to + ": " + way.arrived + " of " + way.sent
                                        + " packets arrived"),
                                way.losses.stream().map(loss -> "  " + loss),
                                way.elsewhere.stream().map(loss -> "  elsewhere: " + loss))
                        .flatMap(lines -> lines))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
