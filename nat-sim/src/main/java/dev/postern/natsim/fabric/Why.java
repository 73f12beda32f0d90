package dev.postern.natsim.fabric;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of the packets that two hosts sent towards each other, in each direction, and of those that they exchanged with
 * servers. Packets through a server count as the server's.
 *
 * @param there from the first host to the second
 * @param back from the second to the first
 * @param servers the other hosts that one of the two sent to
 */
public record Why(Way there, Way back, List<Server> servers) {

    /**
     * One direction.
     *
     * @param behind the NATs and firewalls that the sender is behind, such as {@code symmetric}; empty for none
     * @param sent packets to an address that the other may be known by
     * @param arrived packets that the other got, to whatever address they were sent
     * @param losses where and why those of {@code sent} ended that did not arrive, the most frequent first
     * @param elsewhere where and why packets ended that the sender sent to nobody: to an address that no host has
     */
    public record Way(
            String from, String behind, String to, long sent, long arrived, List<Loss> losses, List<Loss> elsewhere) {

        public Way {
            losses = List.copyOf(losses);
            elsewhere = List.copyOf(elsewhere);
        }

        private String sentence() {
            if (sent == 0 && arrived == 0) {
                return from + " sent nothing to " + to;
            }
            String ends = losses.isEmpty() ? "" : " (" + joined(losses) + ")";
            return (arrived == 0 ? "none of " + count(sent, from) : arrived + " of " + count(sent, from)) + " to " + to
                    + " arrived" + ends;
        }

        private static String joined(List<Loss> losses) {
            return losses.stream().map(Loss::toString).collect(Collectors.joining("; "));
        }

        private static String count(long packets, String from) {
            return packets(packets) + " from " + from;
        }

        private static String packets(long count) {
            return count + (count == 1 ? " packet" : " packets");
        }

        private String introduction() {
            return behind.isEmpty() ? from : from + " (behind " + behind + ")";
        }
    }

    /**
     * What one host, a server perhaps, had to do with the two.
     *
     * @param first what the first host has exchanged with it
     * @param second what the second has
     */
    public record Server(Leg first, Leg second) {}

    /**
     * The way between one of the two and a server.
     *
     * @param out to the server
     * @param in from the server
     * @param allocated whether the server gave the host an allocation, a relay of its own
     * @param permitted whether the server let the host have a peer on it
     * @param relayed how many datagrams of peers the server relayed to the host
     * @param refusals what the server refused, such as {@code CREATE_PERMISSION with 403 Forbidden}; null for nothing
     */
    public record Leg(
            Way out,
            Way in,
            boolean allocated,
            boolean permitted,
            long relayed,
            @Nullable String refusals) {

        /** Whether all that was sent in one direction ended on the way. */
        private boolean isCut() {
            return (out.sent() > 0 && out.arrived() == 0) || (in.sent() > 0 && in.arrived() == 0);
        }

        /** Why nothing can come through this leg; null if something can. */
        private @Nullable String broken() {
            if (out.arrived() == 0) {
                return out.sentence();
            }
            if (in.arrived() == 0) {
                return in.sentence();
            }
            return permitted || refusals == null ? null : in.from() + " answered " + in.to() + "'s " + refusals;
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
            return count + " dropped at " + where + ": " + sentence;
        }
    }

    /** Copies the list. */
    public Why {
        servers = List.copyOf(servers);
    }

    /** Whether packets arrived in both directions without a server. */
    public boolean direct() {
        return there.arrived() > 0 && back.arrived() > 0;
    }

    /**
     * Who sent what to whom, and who refused it for which reason, in both directions; and where that leaves no direct way, what
     * became of the way through a server. One sentence without a full stop.
     */
    public String sentence() {
        String ways =
                there.introduction() + " and " + back.introduction() + ": " + there.sentence() + "; " + back.sentence();
        return direct() ? ways : ways + "; " + relay();
    }

    private String relay() {
        if (servers.isEmpty()) {
            String astray = Stream.of(there, back)
                    .filter(way -> !way.elsewhere.isEmpty())
                    .map(way -> "; of " + way.from + "'s other packets " + Way.joined(way.elsewhere))
                    .collect(Collectors.joining());
            return "and no relay, as neither sent anything to a server" + astray;
        }
        return "and " + servers.stream().map(this::relay).distinct().collect(Collectors.joining("; "));
    }

    private String relay(Server server) {
        String name = server.first().out().to();
        if (server.first().relayed() + server.second().relayed() > 0) {
            return name + " relayed " + Way.packets(server.first().relayed()) + " to "
                    + server.first().out().from() + " and " + server.second().relayed() + " to "
                    + server.second().out().from();
        }
        boolean cut = server.first().isCut() || server.second().isCut();
        String broken = Stream.of(server.first(), server.second())
                .filter(leg -> !cut || leg.isCut())
                .flatMap(leg -> Stream.ofNullable(leg.broken()))
                .collect(Collectors.joining(", and "));
        if (!broken.isEmpty()) {
            return "no relay through " + name + ", as " + broken;
        }
        if (!server.first().allocated() && !server.second().allocated()) {
            return "no relay through " + name + ", as neither asked it for one";
        }
        return name + " gave a relay, but nothing came through it: "
                + server.first().in().sentence() + ", " + server.second().in().sentence();
    }

    /** A line for each direction, an indented line for each kind of loss, and the same for the ways to and from servers. */
    @Override
    public String toString() {
        Stream<Way> legs = servers.stream()
                .flatMap(server -> Stream.of(server.first(), server.second()))
                .flatMap(leg -> Stream.of(leg.out(), leg.in()));
        return Stream.concat(Stream.of(there, back), legs)
                .flatMap(way -> Stream.concat(
                        Stream.of(way.from + " to " + way.to + ": " + way.arrived + " of " + way.sent
                                + " packets arrived"),
                        Stream.concat(
                                way.losses.stream().map(loss -> "  " + loss),
                                way.elsewhere.stream().map(loss -> "  elsewhere: " + loss))))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
