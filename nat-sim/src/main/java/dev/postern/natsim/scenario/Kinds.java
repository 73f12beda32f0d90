package dev.postern.natsim.scenario;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of value that keys hold. */
final class Kinds {

    private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(us|ms|s|m|h)");
    private static final Pattern DURATION_TEXT = Pattern.compile("(?:" + DURATION_PART.pattern() + "){1,5}");
    private static final Pattern SHARE_TEXT = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?) ?(%?)");
    private static final Pattern RANGE_TEXT = Pattern.compile("([0-9]{1,5})-([0-9]{1,5})");
    static final Pattern NAME_TEXT = Pattern.compile("[A-Za-z][A-Za-z0-9._'-]{0,39}");
    /** How long a scenario can be. */
    static final Duration LONGEST = Duration.ofHours(24);

    private static final int MAX_TEXT = 4000;
    private static final int MAX_PORT = 65535;

    static final Kind<String> NAME = Kind.text(
            "a name that begins with a letter and has letters, digits, dots or dashes, at most 40",
            Shape.TEXT,
            text -> {
                require(NAME_TEXT.matcher(text).matches());
                return text;
            });
    /** A name that stands elsewhere in the file. */
    static final Kind<String> GIVEN = Kind.text("a name that the file gives", Shape.TEXT, text -> {
        require(NAME_TEXT.matcher(text).matches());
        return text;
    });

    static final Kind<String> TEXT = Kind.text("text, at most 4000 characters", Shape.TEXT, text -> {
        require(text.length() <= MAX_TEXT);
        return text;
    });
    static final Kind<Duration> DURATION =
            Kind.text("a duration such as 20ms, 1.5s or 15m30s, up to 24h", Shape.TEXT, Kinds::duration);
    static final Kind<Double> SHARE =
            Kind.text("a share such as 2% or 0.02, from 0 to 1", Shape.TEXT, text -> share(text));
    static final Kind<Boolean> FLAG = Kind.text("true or false", new Shape.Text(List.of("true", "false")), text -> {
        require(text.equals("true") || text.equals("false"));
        return text.equals("true");
    });
    static final Kind<Long> SEED = Kind.text("a whole number", Shape.TEXT, Long::parseLong);
    static final Kind<Integer> PORT = count(1, MAX_PORT);
    static final Kind<PortSpan> PORTS =
            Kind.text("first-last such as 1024-65535, from 1 to 65535", Shape.TEXT, Kinds::ports);
    static final Kind<IpAddress> ADDRESS =
            Kind.text("an IP address such as 198.51.100.1 or 2001:db8::1", Shape.TEXT, IpAddress::parse);
    static final Kind<TransportAddress> ADDRESS_AND_PORT =
            Kind.text("address:port such as 198.51.100.1:4000", Shape.TEXT, Kinds::transportAddress);
    static final Kind<IpPrefix> PREFIX =
            Kind.text("a block of addresses such as 198.51.100.0/24", Shape.TEXT, IpPrefix::parse);
    static final Kind<List<IpPrefix>> PREFIXES = list(PREFIX);
    static final Kind<Nat64Prefix> NAT64 = Kind.text(
            "an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits such as 64:ff9b::/96", Shape.TEXT, Nat64Prefix::parse);

    /** A range of ports. */
    record PortSpan(int first, int last) {}

    private Kinds() {}

    /** A whole number in a range. */
    static Kind<Integer> count(int least, int most) {
        return Kind.text("a whole number from " + least + " to " + most, Shape.TEXT, text -> {
            int number = Integer.parseInt(text);
            require(number >= least && number <= most);
            return number;
        });
    }

    /** One of some words, in any case of letters. */
    static <T> Kind<T> word(List<T> values, Function<T, String> spelling) {
        List<String> words = values.stream().map(spelling).toList();
        return new Kind<>("one of " + String.join(", ", words), new Shape.Text(words), node -> {
            String text = node instanceof Node.Scalar scalar ? scalar.text() : "";
            for (T value : values) {
                if (spelling.apply(value).equalsIgnoreCase(text)) {
                    return value;
                }
            }
            if (text.isEmpty()) {
                throw BadValueException.of(node, "one of " + String.join(", ", words));
            }
            throw new BadValueException(
                    node.line(), "is " + Mistakes.quoted(text) + "; " + Nearest.advice(text, words));
        });
    }

    /** One of the constants, spelled small and with dashes. */
    static <E extends Enum<E>> Kind<E> word(Class<E> type) {
        return word(Arrays.asList(type.getEnumConstants()), Kinds::spelled);
    }

    /** One of the constants, spelled as in the RFC: {@code APDM}. */
    static <E extends Enum<E>> Kind<E> acronym(Class<E> type) {
        return word(Arrays.asList(type.getEnumConstants()), Enum::name);
    }

    static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A list; one value alone is a list of one. */
    static <T> Kind<List<T>> list(Kind<T> item) {
        Shape shape = new Shape.Either(item.shape(), new Shape.ListOf(item.shape()));
        return new Kind<>(item.words() + ", or a list of such", shape, node -> {
            List<Node> nodes = node instanceof Node.Items items ? items.nodes() : List.of(node);
            List<T> values = new ArrayList<>();
            for (Node one : nodes) {
                values.add(item.read(one));
            }
            return List.copyOf(values);
        });
    }

    /** What is read later, as it stands. */
    static Kind<Node> node(String words, Shape shape) {
        return new Kind<>(words, shape, node -> node);
    }

    static Duration duration(String text) {
        require(DURATION_TEXT.matcher(text).matches());
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = DURATION_PART.matcher(text);
        while (part.find()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unitNanos(part.group(2)))));
        }
        require(nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) <= 0);
        return Duration.ofNanos(nanos.longValue());
    }

    private static long unitNanos(String unit) {
        return switch (unit) {
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }

    private static double share(String text) {
        Matcher matcher = SHARE_TEXT.matcher(text);
        require(matcher.matches());
        double share = Double.parseDouble(matcher.group(1)) / (matcher.group(2).isEmpty() ? 1 : 100);
        require(share <= 1);
        return share;
    }

    private static PortSpan ports(String text) {
        Matcher matcher = RANGE_TEXT.matcher(text);
        require(matcher.matches());
        PortSpan span = new PortSpan(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        require(span.first >= 1 && span.first <= span.last && span.last <= MAX_PORT);
        return span;
    }

    static TransportAddress transportAddress(String text) {
        TransportAddress address = TransportAddress.parse(text);
        require(address.port() >= 1);
        return address;
    }

    static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
    }
}
