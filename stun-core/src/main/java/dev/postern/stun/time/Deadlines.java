package dev.postern.stun.time;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A queue of moments at which something is to happen, by a clock that its caller brings. A binary heap of handles that
 * know their place in it: scheduling, moving and cancelling take O(log n) and make no garbage.
 *
 * <p>Times are compared as {@link System#nanoTime} asks for, by the sign of their difference, so that a clock may be
 * anywhere, also close to {@link Long#MAX_VALUE} and about to turn negative. All times in the queue lie within 292
 * years of each other.
 *
 * <p>One owner thread. What expires may schedule and cancel anything from within {@link Expiry#onExpired}.
 */
public final class Deadlines {

    /** What {@link #next} answers when nothing is scheduled. */
    public static final long NONE = Long.MAX_VALUE;

    private static final int INITIAL_CAPACITY = 16;

    /** What is to happen. */
    @FunctionalInterface
    public interface Expiry {
        /**
         * Called once when the deadline has passed; {@code nowNanos} is what {@link Deadlines#advance} was called with.
         */
        void onExpired(long nowNanos);
    }

    /** One moment, to be scheduled again and again by its owner; made once by {@link Deadlines#create}. */
    public static final class Deadline {

        private static final int UNSCHEDULED = -1;

        private final Deadlines queue;
        private final Expiry expiry;
        private long atNanos;
        private int position = UNSCHEDULED;

        private Deadline(Deadlines queue, Expiry expiry) {
            this.queue = queue;
            this.expiry = expiry;
        }

        /** Whether the deadline lies ahead. */
        public boolean isScheduled() {
            return position != UNSCHEDULED;
        }

        /** When it is due; of no meaning unless {@link #isScheduled}. */
        public long atNanos() {
            return atNanos;
        }

        /** Sets or moves the deadline. A time that has passed already is due at the next {@link Deadlines#advance}. */
        public void schedule(long atNanos) {
            queue.schedule(this, atNanos);
        }

        /** Takes the deadline out; of no effect unless {@link #isScheduled}. */
        public void cancel() {
            queue.cancel(this);
        }
    }

    private @Nullable Deadline[] heap = new @Nullable Deadline[INITIAL_CAPACITY];
    private int size;

    /** A deadline of this queue that is not scheduled yet. */
    public Deadline create(Expiry expiry) {
        return new Deadline(this, expiry);
    }

    /** The number of deadlines that lie ahead. */
    public int size() {
        return size;
    }

    /** When the first deadline is due, or {@link #NONE}. */
    public long next() {
        return size == 0 ? NONE : at(0).atNanos;
    }

    /**
     * Lets what is due expire, the earliest first, at most {@code limit} of it. What is due beyond that stays, and
     * {@link #next} tells so.
     *
     * @return how many expired
     */
    public int advance(long nowNanos, int limit) {
        int expired = 0;
        while (expired < limit && size > 0 && at(0).atNanos - nowNanos <= 0) {
            Deadline due = at(0);
            cancel(due);
            expired++;
            due.expiry.onExpired(nowNanos);
        }
        return expired;
    }

    private void schedule(Deadline deadline, long atNanos) {
        deadline.atNanos = atNanos == NONE ? atNanos + 1 : atNanos; // one nanosecond late, so that NONE stays unique
        if (deadline.position == Deadline.UNSCHEDULED) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            place(deadline, size++);
        }
        siftUp(deadline);
        siftDown(deadline);
    }

    private void cancel(Deadline deadline) {
        int hole = deadline.position;
        if (hole == Deadline.UNSCHEDULED) {
            return;
        }
        deadline.position = Deadline.UNSCHEDULED;
        Deadline last = at(--size);
        heap[size] = null;
        if (last != deadline) {
            place(last, hole);
            siftUp(last);
            siftDown(last);
        }
    }

    private void siftUp(Deadline deadline) {
        int position = deadline.position;
        while (position > 0) {
            int parent = (position - 1) >>> 1;
            if (at(parent).atNanos - deadline.atNanos <= 0) {
                break;
            }
            place(at(parent), position);
            position = parent;
        }
        place(deadline, position);
    }

    private void siftDown(Deadline deadline) {
        int position = deadline.position;
        while (true) {
            int child = 2 * position + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && at(child + 1).atNanos - at(child).atNanos < 0) {
                child++;
            }
            if (deadline.atNanos - at(child).atNanos <= 0) {
                break;
            }
            place(at(child), position);
            position = child;
        }
        place(deadline, position);
    }

    private void place(Deadline deadline, int position) {
        heap[position] = deadline;
        deadline.position = position;
    }

    @SuppressWarnings("NullAway") // all slots below size are filled
    private Deadline at(int position) {
        return heap[position];
    }
}
