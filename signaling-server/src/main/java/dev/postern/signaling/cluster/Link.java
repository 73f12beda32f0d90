package dev.postern.signaling.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The state of the link with one other node: what was sent and is not acknowledged, and how far what comes has come. Owned by its
 * {@link Links}.
 *
 * <p>A link lives until one side takes the other for lost; then it begins another life. A life of this side is paired with one of the other,
 * with one alone, and only what says both is taken: so whatever is of before is told apart, whenever it comes.
 */
final class Link {

    /** How much may be under way, in messages: at most, in the beginning, and at least after something was lost. */
    private static final int LARGEST_WINDOW = 512;

    private static final int FIRST_WINDOW = 32;
    private static final int SMALLEST_WINDOW = 8;

    /** How much may be under way in bytes, unless it is one message: it lies in the backplane, beside what all others have there. */
    static final int MAX_FLYING_BYTES = 1 << 20;

    final String node;
    /** What was handed to the backplane and is not acknowledged, and what was not handed to it yet, or is to be once more. */
    private final Deque<Sent> flying = new ArrayDeque<>();

    private final Deque<Sent> waiting = new ArrayDeque<>();
    private long flyingBytes;
    private long waitingBytes;
    private int window = FIRST_WINDOW;
    private long life = 1;
    private long lastSeq;
    /** The highest number that was handed to the backplane. */
    private long flownSeq;
    /** The highest acknowledgement behind which was asked again. */
    private long askedAgainFor = -1;

    /** The life of the other side that this one is paired with; 0 for none yet. */
    private long theirLife;
    /** Lives of the other side up to this one are over. */
    private long theirsOver;

    private boolean hasDelivered;
    private long arrived;
    private boolean hasAskedAgain;
    /** How many payloads came since the last acknowledgement was sent. */
    int toAcknowledge;

    /** When that must go out at the latest; {@link Links#NEVER} if there is nothing to acknowledge. */
    long acknowledgeNanos = Links.NEVER;
    /** When what is not acknowledged, or not begun, is tried again; {@link Links#NEVER} if there is nothing. */
    long resendNanos = Links.NEVER;

    long resendAfterNanos = Links.RESEND_NANOS;
    /** When the other node is lost if it is not seen before; {@link Links#NEVER} if it is there. */
    long lostNanos = Links.NEVER;
    /** Before this what is of before is not answered. */
    long answerStaleNanos;

    /** A payload and its number in the life. */
    static final class Sent {

        private final long seq;
        private final byte[] payload;

        private Sent(long seq, byte[] payload) {
            this.seq = seq;
            this.payload = payload;
        }

        long seq() {
            return seq;
        }

        byte[] payload() {
            return payload;
        }
    }

    Link(String node, long nowNanos) {
        this.node = node;
        this.answerStaleNanos = nowNanos;
    }

    /** Takes something to send. */
    void add(byte[] payload) {
        lastSeq++;
        waiting.addLast(new Sent(lastSeq, payload));
        waitingBytes += payload.length;
    }

    /** What is to be handed to the backplane next; null if nothing is, or enough is under way. */
    @Nullable
    Sent takeNext() {
        Sent next = waiting.peekFirst();
        if (next == null || !hasRoomFor(next)) {
            return null;
        }
        flying.addLast(waiting.removeFirst());
        waitingBytes -= next.payload.length;
        flyingBytes += next.payload.length;
        return next;
    }

    private boolean hasRoomFor(Sent next) {
        boolean fits = flying.isEmpty() || flyingBytes + next.payload.length <= MAX_FLYING_BYTES;
        return fits && flying.size() < window;
    }

    /** Whether it was handed to the backplane before; it counts as that from now on. */
    boolean hasFlown(Sent sent) {
        boolean has = sent.seq <= flownSeq;
        flownSeq = Math.max(flownSeq, sent.seq);
        return has;
    }

    /** Takes an acknowledgement; answers whether it was news. */
    boolean acknowledge(long upTo) {
        if (upTo > lastSeq) {
            return false;
        }
        int before = unacknowledgedMessages();
        flyingBytes -= forget(flying, upTo);
        waitingBytes -= forget(waiting, upTo);
        int news = before - unacknowledgedMessages();
        window = Math.min(LARGEST_WINDOW, window + news);
        return news > 0;
    }

    /** How many bytes that were. */
    private static long forget(Deque<Sent> sent, long upTo) {
        long bytes = 0;
        for (Sent first = sent.peekFirst(); first != null && first.seq <= upTo; first = sent.peekFirst()) {
            bytes += sent.removeFirst().payload.length;
        }
        return bytes;
    }

    /** Has all that is not acknowledged handed to the backplane once more, with less of it under way at a time. */
    void goBack() {
        for (Sent last = flying.pollLast(); last != null; last = flying.pollLast()) {
            waiting.addFirst(last);
        }
        waitingBytes += flyingBytes;
        flyingBytes = 0;
        window = Math.max(SMALLEST_WINDOW, window / 2);
    }

    /** As {@link #goBack}, since nothing has come of the other side for long: with little under way before it does. */
    void goBackAndSlowDown() {
        goBack();
        window = SMALLEST_WINDOW;
    }

    /** Whether to go back since the other side asks for what follows this number: once for each, the clock does the rest. */
    boolean mayGoBack(long ack) {
        boolean may = ack > askedAgainFor && ack < lastSeq;
        askedAgainFor = Math.max(askedAgainFor, ack);
        return may;
    }

    boolean isFlying() {
        return !flying.isEmpty();
    }

    int unacknowledgedMessages() {
        return flying.size() + waiting.size();
    }

    long unacknowledgedBytes() {
        return flyingBytes + waitingBytes;
    }

    long life() {
        return life;
    }

    long theirLife() {
        return theirLife;
    }

    /** Whether a life of the other side is paired with this one. */
    boolean isOpen() {
        return theirLife > 0;
    }

    /** Whether a life of the other side is over, as far as this one knows. */
    boolean isOver(long otherLife) {
        return otherLife <= theirsOver || otherLife < theirLife;
    }

    long theirsOver() {
        return theirsOver;
    }

    /** The other side takes this life for over: as nothing of it was under way yet, all of it belongs to the next one. */
    void skipOver(long overLife) {
        life = Math.max(life, overLife + 1);
    }

    /** Pairs. */
    void open(long otherLife) {
        theirLife = otherLife;
    }

    long nextTimeout() {
        return Due.earlier(acknowledgeNanos, Due.earlier(resendNanos, lostNanos));
    }

    long arrived() {
        return arrived;
    }

    /** The next payload has come. */
    void arrive() {
        arrived++;
        toAcknowledge++;
        hasAskedAgain = false;
        hasDelivered = true;
    }

    /** Whether to ask for the next payload once more: only once for each, the clock of the other side does the rest. */
    boolean mayAskAgain() {
        boolean may = !hasAskedAgain;
        hasAskedAgain = true;
        return may;
    }

    /** Whether anything was said in this life, so that its end means something. */
    boolean isUsed() {
        return lastSeq > 0 || hasDelivered;
    }

    /** Begins another life: what was sent is forgotten, and what still comes of before is refused. */
    void reset() {
        flying.clear();
        waiting.clear();
        flyingBytes = 0;
        waitingBytes = 0;
        window = FIRST_WINDOW;
        life++;
        lastSeq = 0;
        flownSeq = 0;
        askedAgainFor = -1;
        theirsOver = Math.max(theirsOver, theirLife);
        theirLife = 0;
        hasDelivered = false;
        arrived = 0;
        hasAskedAgain = false;
        toAcknowledge = 0;
        acknowledgeNanos = Links.NEVER;
        resendNanos = Links.NEVER;
        resendAfterNanos = Links.RESEND_NANOS;
    }
}
