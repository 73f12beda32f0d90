package dev.postern.natsim.scenario;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.PortBlocks;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.LinkConditions;
import dev.postern.stun.TransportAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads NATs and links: what is either a name or a block with many keys that say what differs. */
final class NatParser {

    private static final int MAX_FIXED_PORTS = 10_000;

    private final Mistakes mistakes;

    NatParser(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** The NAT; null after a mistake. */
    @Nullable
    NatChoice nat(Node node) {
        if (!(node instanceof Node.Fields)) {
            return named(node, "nat");
        }
        SectionReader reader = new SectionReader(node, NatKeys.SECTION, "a NAT", mistakes);
        String like = reader.get(NatKeys.LIKE);
        if (like == null) {
            return null;
        }
        Map<TransportAddress, Integer> fixed = fixedPorts(reader);
        try {
            NatBehaviour behaviour =
                    NatKeys.behaviour(reader, NatNames.named(like).behaviour());
            if (!fixed.isEmpty() && behaviour.ports().blocks() != PortBlocks.NONE) {
                reader.flaw(
                        reader.line(NatKeys.FIXED_PORTS), "fixed-ports do not go with port-blocks; leave either out.");
            }
            return reader.isFlawed() ? null : new NatChoice(like, behaviour, fixed);
        } catch (IllegalArgumentException refused) {
            mistakes.add(node.line(), "this NAT cannot be: " + refused.getMessage() + ".");
            return null;
        }
    }

    /** The NAT that a word names; null after a mistake. */
    @Nullable
    NatChoice named(Node node, String key) {
        try {
            return NatNames.named(NatNames.KIND.read(node));
        } catch (BadValueException bad) {
            mistakes.add(bad.line(), key + " " + bad.words());
            return null;
        }
    }

    private Map<TransportAddress, Integer> fixedPorts(SectionReader reader) {
        Map<TransportAddress, Integer> fixed = new LinkedHashMap<>();
        Node node = reader.find(NatKeys.FIXED_PORTS);
        if (node == null) {
            return fixed;
        }
        if (!(node instanceof Node.Fields fields) || fields.fields().size() > MAX_FIXED_PORTS) {
            reader.flaw(
                    node.line(), "fixed-ports is " + node.kind() + "; write a block such as {10.0.0.2:8992: 3333}.");
            return fixed;
        }
        for (Node.Field field : fields.fields()) {
            try {
                TransportAddress inside = Kinds.ADDRESS_AND_PORT.read(new Node.Scalar(field.name(), field.line()));
                Integer port = Kinds.PORT.read(field.value());
                if (fixed.containsValue(port) || fixed.put(inside, port) != null) {
                    reader.flaw(field.line(), "fixed-ports gives " + inside + " or " + port + " twice; leave one out.");
                }
            } catch (BadValueException bad) {
                reader.flaw(bad.line(), "fixed-ports " + bad.words());
            }
        }
        return fixed;
    }

    /** The link; a perfect one where there is no block. */
    Link link(@Nullable Node node) {
        if (node == null) {
            return Link.PERFECT;
        }
        SectionReader reader = new SectionReader(node, LinkKeys.LINK, "a link", mistakes);
        LinkConditions both = LinkKeys.conditions(reader, LinkConditions.PERFECT);
        return new Link(direction(reader, LinkKeys.UP, both), direction(reader, LinkKeys.DOWN, both));
    }

    private LinkConditions direction(SectionReader link, Key<Node> key, LinkConditions both) {
        Node node = link.find(key);
        return node == null
                ? both
                : LinkKeys.conditions(
                        new SectionReader(node, LinkKeys.DIRECTION, "one direction of a link", mistakes), both);
    }
}
