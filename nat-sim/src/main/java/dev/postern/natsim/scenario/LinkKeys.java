package dev.postern.natsim.scenario;

import dev.postern.natsim.fabric.Bursts;
import dev.postern.natsim.fabric.LinkConditions;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of a link: what each direction does to packets, said for both or for one. */
final class LinkKeys {

    private static final Pattern RATE_TEXT = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?) ?(|k|M|G)bit/s");
    private static final BigDecimal MOST_BITS = BigDecimal.valueOf(1_000_000_000_000L);
    private static final int LEAST_MTU = 68;
    private static final int LARGEST_MTU = 65535;

    private static final Kind<Long> RATE =
            Kind.text("a rate such as 512kbit/s, 10Mbit/s or 1Gbit/s", Shape.TEXT, LinkKeys::bitsPerSecond);

    static final Key<Duration> LATENCY = Key.of(
            "latency", Kinds.DURATION, "0s", "How long each packet takes at least, after it has been sent whole.");
    static final Key<Duration> JITTER = Key.of(
            "jitter",
            Kinds.DURATION,
            "0s",
            "Each packet takes longer by a random part of this; packets may overtake each other.");
    static final Key<Double> LOSS =
            Key.of("loss", Kinds.SHARE, "0%", "The share that is lost at random, each packet for itself.");
    static final Key<Double> BURST_LOSS = Key.of(
            "burst-loss", Kinds.SHARE, "0%", "The share that is lost in bursts beside that (Gilbert and Elliott).");
    static final Key<Integer> BURST_LENGTH =
            Key.of("burst-length", Kinds.count(1, 10_000), "10", "How many packets a burst lasts on average.");
    static final Key<Double> REORDER =
            Key.of("reorder", Kinds.SHARE, "0%", "The share that is held back, so that later packets overtake it.");
    static final Key<Duration> REORDER_DELAY =
            Key.of("reorder-delay", Kinds.DURATION, "10ms", "How long it is held back.");
    static final Key<Double> DUPLICATE = Key.of("duplicate", Kinds.SHARE, "0%", "The share that arrives twice.");
    static final Key<Long> BANDWIDTH = Key.optional(
            "bandwidth", RATE, "unlimited", "How fast packets are sent, with their headers of IP and above.");
    static final Key<Integer> QUEUE_BYTES = Key.of(
            "queue-bytes",
            Kinds.count(1, 1_000_000_000),
            "1500000",
            "How many bytes may wait where the bandwidth is limited; what comes to a full queue is dropped.");
    static final Key<Integer> QUEUE_PACKETS =
            Key.of("queue-packets", Kinds.count(1, 100_000), "1000", "How many packets may wait there.");
    static final Key<Integer> MTU = Key.of(
            "mtu",
            Kinds.count(LEAST_MTU, LARGEST_MTU),
            Integer.toString(LinkConditions.ETHERNET_MTU),
            "The longest IP packet; a longer one goes in fragments or, where it must not, is dropped.");

    private static final List<Key<?>> OPTIONS = List.of(
            LATENCY,
            JITTER,
            LOSS,
            BURST_LOSS,
            BURST_LENGTH,
            REORDER,
            REORDER_DELAY,
            DUPLICATE,
            BANDWIDTH,
            QUEUE_BYTES,
            QUEUE_PACKETS,
            MTU);

    static final Section DIRECTION = new Section("One direction of a link", OPTIONS);

    static final Key<Node> UP = Key.optional(
            "up",
            Kinds.node("a block of the keys of one direction", new Shape.Block(DIRECTION)),
            "as the keys beside it say",
            "From the host or router into the network, where that differs.");
    static final Key<Node> DOWN = Key.optional(
            "down",
            Kinds.node("a block of the keys of one direction", new Shape.Block(DIRECTION)),
            "as the keys beside it say",
            "From the network to the host or router, where that differs.");

    static final Section LINK = new Section(
            "A link", Stream.concat(OPTIONS.stream(), Stream.of(UP, DOWN)).toList());

    static final Kind<Node> KIND = Kinds.node("a block such as {latency: 20ms}", new Shape.Block(LINK));

    private LinkKeys() {}

    /** What the keys of a block make of the conditions of before. */
    static LinkConditions conditions(SectionReader reader, LinkConditions before) {
        LinkConditions.Builder builder = before.toBuilder();
        with(reader.find(LATENCY), builder::latency);
        with(reader.find(JITTER), builder::jitter);
        with(reader.find(LOSS), builder::loss);
        with(reader.find(DUPLICATE), builder::duplicate);
        with(reader.find(BANDWIDTH), builder::bitsPerSecond);
        with(reader.find(MTU), builder::mtu);
        Double burstLoss = reader.find(BURST_LOSS);
        Integer burstLength = reader.get(BURST_LENGTH);
        Double reorder = reader.find(REORDER);
        Duration reorderDelay = reader.get(REORDER_DELAY);
        Integer queueBytes = reader.find(QUEUE_BYTES);
        Integer queuePackets = reader.find(QUEUE_PACKETS);
        builder.queue(
                queueBytes == null ? before.queueBytes() : queueBytes,
                queuePackets == null ? before.queuePackets() : queuePackets);
        if (reorder != null && reorderDelay != null) {
            builder.reorder(reorder, reorderDelay);
        }
        try {
            if (burstLoss != null && burstLength != null) {
                builder.bursts(Bursts.of(burstLoss, burstLength));
            }
            return builder.build();
        } catch (IllegalArgumentException refused) {
            reader.flaw(reader.line(BURST_LOSS), "this link cannot be: " + refused.getMessage() + ".");
            return before;
        }
    }

    private static <T> void with(@Nullable T value, Consumer<T> use) {
        if (value != null) {
            use.accept(value);
        }
    }

    private static long bitsPerSecond(String text) {
        Matcher matcher = RATE_TEXT.matcher(text);
        Kinds.require(matcher.matches());
        long unit = switch (matcher.group(2)) {
            case "k" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            default -> 1;
        };
        BigDecimal bits = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        Kinds.require(bits.compareTo(BigDecimal.ONE) >= 0 && bits.compareTo(MOST_BITS) <= 0);
        return bits.longValue();
    }
}
