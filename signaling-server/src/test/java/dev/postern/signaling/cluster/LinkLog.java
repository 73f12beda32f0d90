package dev.postern.signaling.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one node saw of the link with another: what it sent, what came, and when the other was lost. Between two losses lies a segment; what
 * is of one segment here must be of one there.
 */
final class LinkLog {

    /** The segment in which each number was sent. */
    private final List<Integer> sentIn = new ArrayList<>();
    /** What came, in its order. */
    private final List<Long> delivered = new ArrayList<>();
    /** The segment here in which each of them came. */
    private final List<Integer> deliveredIn = new ArrayList<>();
    /** The segment there in which each of them was sent. */
    private final List<Integer> deliveredFrom = new ArrayList<>();

    private int segment;

    long nextNumber() {
        return sentIn.size();
    }

    int segment() {
        return segment;
    }

    int losses() {
        return segment;
    }

    int sent() {
        return sentIn.size();
    }

    List<Long> delivered() {
        return delivered;
    }

    void onSend() {
        sentIn.add(segment);
    }

    void onDeliver(long number, long fromSegment) {
        delivered.add(number);
        deliveredIn.add(segment);
        deliveredFrom.add((int) fromSegment);
    }

    void onLost() {
        segment++;
    }

    /** What holds at every moment of the direction to the other's log. */
    void check(LinkLog there) {
        List<Long> came = there.delivered;
        for (int i = 0; i < came.size(); i++) {
            long expected = i == 0 ? 0 : came.get(i - 1) + 1;
            assertThat(came.get(i)).as("in order and once: %s", came).isGreaterThanOrEqualTo(expected);
            boolean isFirst = i == 0 || !there.deliveredIn.get(i).equals(there.deliveredIn.get(i - 1));
            int before = isFirst ? -1 : i - 1;
            if (before >= 0) {
                assertThat(came.get(i))
                        .as("without a gap where nobody was lost")
                        .isEqualTo(came.get(before) + 1);
            } else {
                assertThat(came.get(i))
                        .as("from the first of a segment")
                        .isEqualTo(firstOf(there.deliveredFrom.get(i)));
            }
        }
    }

    private long firstOf(int wanted) {
        return sentIn.indexOf(wanted);
    }

    /** What holds when all is quiet, of the direction to the other's log: what did not come is of before a loss here. */
    void checkSettled(LinkLog there) {
        Set<Long> came = new HashSet<>(there.delivered);
        for (int i = 0; i < sentIn.size(); i++) {
            boolean isLost = sentIn.get(i) < segment;
            assertThat(came.contains((long) i) || isLost)
                    .as("number %d of %d, sent in segment %d, now %d", i, sentIn.size(), sentIn.get(i), segment)
                    .isTrue();
        }
    }

    /** Which segments of two nodes belong together, by what came: each to one alone. */
    static void checkPairs(LinkLog here, LinkLog there, boolean isSettled) {
        Map<Integer, Integer> toThere = new LinkedHashMap<>();
        Map<Integer, Integer> toHere = new LinkedHashMap<>();
        for (int i = 0; i < there.delivered.size(); i++) {
            pair(toThere, toHere, there.deliveredFrom.get(i), there.deliveredIn.get(i));
        }
        for (int i = 0; i < here.delivered.size(); i++) {
            pair(toThere, toHere, here.deliveredIn.get(i), here.deliveredFrom.get(i));
        }
        if (isSettled) {
            toThere.forEach((mine, theirs) -> assertThat(mine == here.segment)
                    .as("segments %d of %d and %d of %d end together", mine, here.segment, theirs, there.segment)
                    .isEqualTo(theirs == there.segment));
        }
    }

    private static void pair(Map<Integer, Integer> toThere, Map<Integer, Integer> toHere, int here, int there) {
        assertThat(toThere.merge(here, there, (known, now) -> known))
                .as("one segment there for one here")
                .isEqualTo(there);
        assertThat(toHere.merge(there, here, (known, now) -> known))
                .as("one segment here for one there")
                .isEqualTo(here);
    }
}
