package dev.postern.stun.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.Allocations;
import dev.postern.stun.time.Deadlines.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {

    private static final int ALL = Integer.MAX_VALUE;

    private final Deadlines deadlines = new Deadlines();
    private final List<String> expired = new ArrayList<>();

    private Deadline named(String name) {
        return deadlines.create(now -> expired.add(name));
    }

    @Test
    void nothingScheduledMeansNoNextDeadline() {
        assertThat(deadlines.next()).isEqualTo(Deadlines.NONE);
        assertThat(deadlines.advance(0, ALL)).isZero();
        assertThat(deadlines.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5, 1_000, Long.MAX_VALUE, Long.MAX_VALUE - 15, Long.MIN_VALUE, Long.MIN_VALUE + 15})
    void deadlinesExpireInTheirOrderWhereverTheClockStands(long start) {
        named("third").schedule(start + 30);
        named("first").schedule(start + 10);
        named("second").schedule(start + 20);

        assertThat(deadlines.next()).isEqualTo(start + 10);
        deadlines.advance(start + 9, ALL);
        assertThat(expired).isEmpty();
        deadlines.advance(start + 10, ALL);
        assertThat(expired).containsExactly("first");
        assertThat(deadlines.next()).isEqualTo(start + 20);
        deadlines.advance(start + 1000, ALL);
        assertThat(expired).containsExactly("first", "second", "third");
        assertThat(deadlines.next()).isEqualTo(Deadlines.NONE);
    }

    @Test
    void deadlineAtTheValueThatMeansNoneIsKeptANanosecondLater() {
        Deadline last = named("last");
        last.schedule(Long.MAX_VALUE);

        assertThat(deadlines.next()).isEqualTo(Long.MIN_VALUE);
        deadlines.advance(Long.MAX_VALUE, ALL);
        assertThat(expired).isEmpty();
        deadlines.advance(Long.MIN_VALUE, ALL);
        assertThat(expired).containsExactly("last");
    }

    @Test
    void deadlineThatIsDueTellsSoUntilItExpires() {
        Deadline deadline = named("a");
        assertThat(deadline.isScheduled()).isFalse();
        deadline.schedule(5);
        assertThat(deadline.isScheduled()).isTrue();
        assertThat(deadline.atNanos()).isEqualTo(5);
        deadlines.advance(5, ALL);
        assertThat(deadline.isScheduled()).isFalse();
    }

    @Test
    void movedDeadlineExpiresOnceAtItsNewTime() {
        Deadline a = named("a");
        Deadline b = named("b");
        a.schedule(10);
        b.schedule(20);
        a.schedule(30);
        assertThat(deadlines.next()).isEqualTo(20);
        b.schedule(5);
        assertThat(deadlines.next()).isEqualTo(5);
        assertThat(deadlines.size()).isEqualTo(2);

        deadlines.advance(29, ALL);
        assertThat(expired).containsExactly("b");
        deadlines.advance(30, ALL);
        assertThat(expired).containsExactly("b", "a");
    }

    @Test
    void cancelledDeadlineDoesNotExpireAndMayBeScheduledAgain() {
        Deadline a = named("a");
        a.cancel();
        a.schedule(10);
        a.cancel();
        a.cancel();
        assertThat(deadlines.next()).isEqualTo(Deadlines.NONE);
        deadlines.advance(100, ALL);
        assertThat(expired).isEmpty();

        a.schedule(110);
        deadlines.advance(110, ALL);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void advanceDoesNoMoreThanItsLimitAndTheRestStaysDue() {
        for (int i = 0; i < 10; i++) {
            named("d" + i).schedule(i);
        }

        assertThat(deadlines.advance(100, 4)).isEqualTo(4);
        assertThat(expired).containsExactly("d0", "d1", "d2", "d3");
        assertThat(deadlines.next()).isEqualTo(4);
        assertThat(deadlines.advance(100, 100)).isEqualTo(6);
    }

    @Test
    void deadlineThatSchedulesItselfIntoThePastIsBoundedByTheLimitToo() {
        Deadline[] self = new Deadline[1];
        self[0] = deadlines.create(now -> {
            expired.add("again");
            self[0].schedule(now);
        });
        self[0].schedule(0);

        assertThat(deadlines.advance(1, 7)).isEqualTo(7);
        assertThat(expired).hasSize(7);
        assertThat(deadlines.next()).isEqualTo(1);
    }

    @Test
    void whatExpiresMayCancelWhatIsDueBesideIt() {
        Deadline victim = named("victim");
        deadlines.create(now -> victim.cancel()).schedule(1);
        victim.schedule(2);

        assertThat(deadlines.advance(10, ALL)).isEqualTo(1);
        assertThat(expired).isEmpty();
    }

    @Test
    void expiryThatThrowsLeavesTheQueueInOrder() {
        Deadline bad = deadlines.create(now -> {
            throw new IllegalStateException("a bug of the owner");
        });
        bad.schedule(1);
        named("next").schedule(2);

        try {
            deadlines.advance(10, ALL);
        } catch (IllegalStateException expected) {
            expired.add("thrown");
        }
        deadlines.advance(10, ALL);
        assertThat(expired).containsExactly("thrown", "next");
    }

    @Test
    void movingCancellingAndExpiringAllocateNothing() {
        Deadline[] many = new Deadline[64];
        for (int i = 0; i < many.length; i++) {
            many[i] = deadlines.create(now -> {});
        }
        long[] now = new long[1];

        assertThat(Allocations.bytes(() -> {
                    now[0]++;
                    many[(int) (now[0] & 63)].schedule(now[0] + (now[0] * 31 & 63));
                    many[(int) (now[0] * 7 & 63)].cancel();
                    deadlines.advance(now[0], 4);
                }))
                .isZero();
        assertThat(now[0]).isPositive();
    }

    /** 20,000 random operations beside a model that sorts, on a clock that passes from positive to negative. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomOperationsDoWhatASortedListDoes(long seed) {
        Random random = new Random(seed);
        Map<Integer, Long> model = new HashMap<>();
        List<Integer> fired = new ArrayList<>();
        Deadline[] handles = new Deadline[200];
        for (int i = 0; i < handles.length; i++) {
            int name = i;
            handles[i] = deadlines.create(now -> fired.add(name));
        }
        long start = Long.MAX_VALUE - 50_000;
        long now = 0;
        for (int step = 0; step < 20_000; step++) {
            int which = random.nextInt(handles.length);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    long at = now + random.nextInt(1000);
                    handles[which].schedule(start + at);
                    model.put(which, at);
                }
                case 2 -> {
                    handles[which].cancel();
                    model.remove(which);
                }
                default -> {
                    now += random.nextInt(20);
                    advanceBoth(start, now, 1 + random.nextInt(5), model, fired);
                }
            }
            assertThat(deadlines.size()).isEqualTo(model.size());
            long next = model.values().stream().min(Comparator.naturalOrder()).orElse(-1L);
            assertThat(deadlines.next()).isEqualTo(next < 0 ? Deadlines.NONE : start + next);
        }
    }

    private void advanceBoth(long start, long now, int limit, Map<Integer, Long> model, List<Integer> fired) {
        fired.clear();
        List<Long> due = model.values().stream()
                .filter(at -> at <= now)
                .sorted()
                .limit(limit)
                .toList();
        assertThat(deadlines.advance(start + now, limit)).isEqualTo(due.size());
        assertThat(fired.stream().map(model::remove).toList()).isEqualTo(due);
    }
}
