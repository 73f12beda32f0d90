package dev.postern.signaling.cluster;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.cluster.Frame.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One link to every other node, over a backplane that may lose, repeat and forge: what is sent arrives once and in order, or the
 * node is told to be lost, on both sides. It reads no clock; owned by one thread, which calls {@link #onTimeout} when {@link
 * #nextTimeout} has come.
 *
 * <p>A node is lost when it has been missing for a while although the backplane can be reached, when it takes too long to
 * acknowledge too much, and when it says itself that it took this one for lost. Its next words are of another life of the link.
 */
public final class Links {

    /** The answer of {@link #nextTimeout} where nothing is due. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The version of what nodes say to each other. */
    public static final int VERSION = Frame.VERSION;

    /** How much may wait for one node's acknowledgement, in bytes. */
    public static final long MAX_BYTES = 16 << 20;

    /** How many messages may. */
    public static final int MAX_MESSAGES = 65_536;

    /** How many other nodes there may be; more are not spoken to. */
    static final int MAX_LINKS = 256;

    /** How many nodes are remembered that are gone: what comes of them later is of before. */
    static final int MAX_GONE = 4_096;

    static final long RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_RESEND_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long ACKNOWLEDGE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long ANSWER_STALE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int ACKNOWLEDGE_AT = 32;

    private final String self;
    private final Seal seal;
    private final long lostAfterNanos;
    private final int maxMessages;
    private final LinkOutput output;
    private final Map<String, Link> links = new LinkedHashMap<>();
    private final Map<String, Link> gone = new LinkedHashMap<>();
    private Set<String> living = Set.of();
    private boolean isUp;
    private long changes;

    /**
     * Links that begin their life now.
     *
     * @param self this node's id
     * @param secret what all nodes of the cluster share, {@value Seal#MIN_SECRET_BYTES} bytes at least
     * @param lostAfter how long a node may be missing
     */
    public Links(String self, byte[] secret, Duration lostAfter, LinkOutput output) {
        this(self, secret, lostAfter, MAX_MESSAGES, output);
    }

    /** Links of which each may have so many messages unacknowledged. */
    Links(String self, byte[] secret, Duration lostAfter, int maxMessages, LinkOutput output) {
        if (secret.length < Seal.MIN_SECRET_BYTES) {
            throw new IllegalArgumentException("a cluster's secret has at least " + Seal.MIN_SECRET_BYTES + " bytes");
        }
        this.self = self;
        this.seal = new Seal(secret);
        this.lostAfterNanos = lostAfter.toNanos();
        this.maxMessages = maxMessages;
        this.output = output;
    }

    /** Sends something to another node, which is lost at once if too much waits for it already; then this is, too. */
    public void send(long nowNanos, String node, byte[] payload) {
        Link link = link(nowNanos, node);
        if (link == null) {
            output.count(SignalingCounter.NODES_LOST);
            output.lost(node);
            return;
        }
        if (link.unacknowledgedMessages() >= maxMessages || link.unacknowledgedBytes() + payload.length > MAX_BYTES) {
            lose(nowNanos, link);
            return;
        }
        link.add(payload);
        flow(nowNanos, link);
    }

    /** Bytes came over the backplane. */
    public void onFrame(long nowNanos, byte[] bytes) {
        byte[] content = seal.opened(bytes);
        if (content == null) {
            output.count(SignalingCounter.NODE_FRAMES_FORGED);
            return;
        }
        if (Frame.versionOf(content) != VERSION) {
            output.count(SignalingCounter.NODE_FRAMES_OTHER_VERSION);
            return;
        }
        Frame frame = Frame.decode(content);
        if (frame == null || !frame.to().equals(self) || frame.from().equals(self)) {
            output.count(SignalingCounter.NODE_FRAMES_FORGED);
            return;
        }
        Link link = link(nowNanos, frame.from());
        if (link == null) {
            output.count(SignalingCounter.NODE_FRAMES_IGNORED);
        } else {
            take(nowNanos, link, frame);
        }
    }

    private void take(long nowNanos, Link link, Frame frame) {
        if (link.isOver(frame.life())) {
            output.count(SignalingCounter.NODE_FRAMES_IGNORED);
            answerStale(nowNanos, link);
            return;
        }
        if (link.isOpen() && frame.life() > link.theirLife()) {
            lose(nowNanos, link); // it has begun another life
        }
        boolean wasOpen = link.isOpen();
        if (!wasOpen) {
            boolean isFirstWord = frame.kind() == Kind.BEGIN && frame.pairedLife() == 0;
            if (!isFirstWord && frame.pairedLife() != link.life()) {
                output.count(SignalingCounter.NODE_FRAMES_IGNORED);
                answerStale(nowNanos, link);
                return;
            }
            if (isFirstWord) {
                link.skipOver(frame.ack());
            }
            open(nowNanos, link, frame.life());
        }
        if (frame.kind() == Kind.BEGIN && wasOpen) {
            answerStale(nowNanos, link); // its answer was lost, or it is an old one
        } else if (frame.kind() == Kind.BEGIN) {
            acknowledge(link, Kind.ACK); // which tells both lives
        } else if (frame.pairedLife() == link.life()) {
            takePaired(nowNanos, link, frame);
        } else {
            output.count(SignalingCounter.NODE_FRAMES_IGNORED);
            answerStale(nowNanos, link);
        }
    }

    private void open(long nowNanos, Link link, long theirLife) {
        link.open(theirLife);
        link.resendAfterNanos = RESEND_NANOS;
        link.resendNanos = NEVER;
        flow(nowNanos, link);
    }

    /** Who speaks of before is told what is so now, not for each of its words. */
    private void answerStale(long nowNanos, Link link) {
        if (nowNanos - link.answerStaleNanos >= 0) {
            link.answerStaleNanos = nowNanos + ANSWER_STALE_NANOS;
            acknowledge(link, link.isOpen() ? Kind.ACK : Kind.BEGIN);
        }
    }

    private void takePaired(long nowNanos, Link link, Frame frame) {
        if (link.acknowledge(frame.ack())) {
            link.resendAfterNanos = RESEND_NANOS;
            link.resendNanos = NEVER;
        }
        if (frame.kind() == Kind.AGAIN && link.mayGoBack(frame.ack())) {
            link.goBack();
            link.resendNanos = NEVER;
        }
        flow(nowNanos, link);
        if (frame.kind() == Kind.DATA) {
            takeData(nowNanos, link, frame);
        }
    }

    private void takeData(long nowNanos, Link link, Frame frame) {
        if (frame.seq() != link.arrived() + 1) {
            output.count(SignalingCounter.NODE_FRAMES_IGNORED);
            boolean isGap = frame.seq() > link.arrived();
            if (isGap && link.mayAskAgain()) {
                acknowledge(link, Kind.AGAIN);
            } else if (!isGap && link.acknowledgeNanos == NEVER) {
                link.acknowledgeNanos = nowNanos + ACKNOWLEDGE_NANOS;
            }
            return;
        }
        link.arrive();
        if (link.toAcknowledge >= ACKNOWLEDGE_AT) {
            acknowledge(link, Kind.ACK);
        } else if (link.acknowledgeNanos == NEVER) {
            link.acknowledgeNanos = nowNanos + ACKNOWLEDGE_NANOS;
        }
        output.deliver(link.node, frame.payload());
    }

    /** Which nodes live now, as far as the backplane tells; this one does not matter. */
    public void onNodes(long nowNanos, Collection<String> nodes) {
        Set<String> others = new LinkedHashSet<>(nodes);
        others.remove(self);
        living = others;
        for (String node : others) {
            link(nowNanos, node);
        }
        for (Link link : links.values()) {
            watch(nowNanos, link);
        }
    }

    /** The backplane can be reached: what may have been lost in it is sent again. */
    public void onUp(long nowNanos) {
        isUp = true;
        for (Link link : links.values()) {
            watch(nowNanos, link);
            again(nowNanos, link);
        }
    }

    /** The backplane cannot be reached: nobody is taken for lost. */
    public void onDown() {
        isUp = false;
        for (Link link : links.values()) {
            link.lostNanos = NEVER;
            link.resendNanos = NEVER;
            link.acknowledgeNanos = NEVER;
        }
    }

    private void watch(long nowNanos, Link link) {
        if (!isUp || living.contains(link.node)) {
            link.lostNanos = NEVER;
        } else if (link.lostNanos == NEVER) {
            link.lostNanos = nowNanos + lostAfterNanos;
        }
    }

    /** Which other nodes live, or have been missing for less than it takes to be lost. */
    public Set<String> others() {
        return Set.copyOf(links.keySet());
    }

    /** Counts how often {@link #others} has become another set. */
    public long changes() {
        return changes;
    }

    /** Takes a node for lost, so that it hears of it. */
    public void forsake(long nowNanos, String node) {
        Link link = links.get(node);
        if (link != null) {
            lose(nowNanos, link);
        }
    }

    /** Whether all that was sent to nodes that live is acknowledged. */
    public boolean isQuiet() {
        return links.values().stream()
                .allMatch(link -> link.unacknowledgedMessages() == 0 || !living.contains(link.node));
    }

    /** When {@link #onTimeout} wants to be called, by the clock of the inputs; {@link #NEVER} for never. */
    public long nextTimeout() {
        long next = NEVER;
        for (Link link : links.values()) {
            next = Due.earlier(next, link.nextTimeout());
        }
        return next;
    }

    /** Does what is due. */
    public void onTimeout(long nowNanos) {
        if (!Due.isDue(nextTimeout(), nowNanos)) {
            return;
        }
        for (Link link : new ArrayList<>(links.values())) {
            if (Due.isDue(link.acknowledgeNanos, nowNanos)) {
                acknowledge(link, Kind.ACK);
            }
            if (Due.isDue(link.resendNanos, nowNanos)) {
                link.resendAfterNanos = Math.min(link.resendAfterNanos * 2, LONGEST_RESEND_NANOS);
                again(nowNanos, link);
            }
            if (Due.isDue(link.lostNanos, nowNanos)) {
                leave(nowNanos, link);
            }
        }
    }

    /** It has been missing for long. */
    private void leave(long nowNanos, Link link) {
        lose(nowNanos, link);
        link.lostNanos = NEVER;
        link.resendNanos = NEVER;
        links.remove(link.node);
        changes++;
        gone.put(link.node, link);
        if (gone.size() > MAX_GONE) {
            gone.remove(gone.keySet().iterator().next());
        }
    }

    /** Tries again what has had no answer. */
    private void again(long nowNanos, Link link) {
        link.goBackAndSlowDown();
        link.resendNanos = NEVER;
        flow(nowNanos, link);
    }

    /** Hands to the backplane what may be under way, and sets the time at which to try again. */
    private void flow(long nowNanos, Link link) {
        if (!isUp) {
            return;
        }
        if (link.isOpen()) {
            for (Link.Sent next = link.takeNext(); next != null; next = link.takeNext()) {
                transmit(link, next);
            }
        } else if (link.resendNanos == NEVER) {
            acknowledge(link, Kind.BEGIN);
        }
        if (link.resendNanos == NEVER && (!link.isOpen() || link.isFlying())) {
            link.resendNanos = nowNanos + link.resendAfterNanos;
        }
    }

    private void transmit(Link link, Link.Sent sent) {
        if (link.hasFlown(sent)) {
            output.count(SignalingCounter.NODE_FRAMES_RESENT);
        }
        acknowledged(link);
        transmit(new Frame(
                Kind.DATA, self, link.node, link.life(), link.theirLife(), link.arrived(), sent.seq(), sent.payload()));
    }

    private void acknowledge(Link link, Kind kind) {
        acknowledged(link);
        long ack = kind == Kind.BEGIN ? link.theirsOver() : link.arrived();
        transmit(Frame.bare(kind, self, link.node, link.life(), link.theirLife(), ack));
    }

    private static void acknowledged(Link link) {
        link.toAcknowledge = 0;
        link.acknowledgeNanos = NEVER;
    }

    private void transmit(Frame frame) {
        if (isUp) {
            output.transmit(frame.to(), seal.sealed(frame.encode()));
        }
    }

    /** The link begins another life, and the other side is told so until it answers. */
    private void lose(long nowNanos, Link link) {
        boolean wasUsed = link.isUsed();
        link.reset();
        if (wasUsed) {
            output.count(SignalingCounter.NODES_LOST);
            output.lost(link.node);
        }
        flow(nowNanos, link);
    }

    /** Null if there are too many. */
    private @Nullable Link link(long nowNanos, String node) {
        Link known = links.get(node);
        if (known != null) {
            return known;
        }
        if (links.size() >= MAX_LINKS || !Frame.fits(node)) {
            return null;
        }
        Link former = gone.remove(node);
        Link link = former == null ? new Link(node, nowNanos) : former;
        links.put(node, link);
        changes++;
        watch(nowNanos, link);
        flow(nowNanos, link);
        return link;
    }
}
