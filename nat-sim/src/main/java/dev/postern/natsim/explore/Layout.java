package dev.postern.natsim.explore;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.oracle.Placement;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything of a {@link Trial} stands, with addresses.
 *
 * <p>A realm is a part of the network between two translations: the internet, or a private network with a prefix of its own.
 * In each, what is on A's side of where the ways meet lies within one prefix, and what is on B's within another, so that a
 * router that does not translate is known by them.
 *
 * @param networks those behind a router, each after the one that it leads to
 * @param meeting the index of the network in which the ways of A and B meet, -1 for the internet
 */
record Layout(List<Network> networks, int meeting, Home a, Home b) {

    private static final int PART = 64;
    private static final int FIRST_OF_SHARED = 2;
    private static final int FIRST_OF_A = 66;
    private static final int FIRST_OF_B = 130;
    private static final int FIRST_NAT = 8;
    private static final int FIRST_OF_POOL = 20;
    private static final int POOL = 4;

    /**
     * A network and its router.
     *
     * @param whose A's, B's or shared
     * @param number the place of its router in the chain, from inside
     * @param outside the index of the network that the router leads to, -1 for the internet
     * @param externals the router's addresses outside; none if it does not translate
     * @param addresses those inside, if the router does not translate
     */
    record Network(
            String whose,
            int number,
            int outside,
            NatBehaviour behaviour,
            List<IpAddress> externals,
            List<IpPrefix> addresses) {}

    /**
     * Where an agent is.
     *
     * @param network an index, -1 for the internet
     */
    record Home(int network, IpAddress address) {}

    /** Whether its router is the only one of its chain. */
    boolean isAlone(Network network) {
        return networks.stream()
                        .filter(other -> other.whose().equals(network.whose()))
                        .count()
                == 1;
    }

    static Layout of(Trial trial) {
        return new Builder(numbering(trial)).build(trial.placement());
    }

    static Numbering numbering(Trial trial) {
        return trial.ipv6() ? Numbering.IPV6 : Numbering.IPV4;
    }

    /** Which addresses there are. */
    enum Numbering {
        IPV4("203.0.113.10", "198.51.100."),
        IPV6("2001:db8:0:1::10", "2001:db8:0:2::");

        private final String server;
        private final String internet;

        Numbering(String server, String internet) {
            this.server = server;
            this.internet = internet;
        }

        /** The server's address. */
        String server() {
            return server;
        }

        /** All that is on the internet but the server. */
        String peers() {
            return all(internet).toString();
        }

        private String realm(int number) {
            return this == IPV4 ? "10." + number + ".0." : "fd00:0:0:" + number + "::";
        }

        private IpAddress address(String prefix, int last) {
            return IpAddress.parse(prefix + (this == IPV4 ? Integer.toString(last) : Integer.toHexString(last)));
        }

        private IpPrefix all(String prefix) {
            return IpPrefix.parse(address(prefix, 0) + (this == IPV4 ? "/24" : "/120"));
        }

        private IpPrefix part(String prefix, int first) {
            return IpPrefix.parse(address(prefix, first / PART * PART) + (this == IPV4 ? "/26" : "/122"));
        }
    }

    /**
     * A part of a network.
     *
     * @param prefix all of its addresses but the last part
     * @param first the last part of the first address for those whom it is for
     */
    private record Place(Numbering numbering, int network, String prefix, int first) {

        Place of(int otherFirst) {
            return new Place(numbering, network, prefix, otherFirst);
        }

        IpAddress address(int number) {
            return numbering.address(prefix, first + number);
        }

        /** All addresses that it may have. */
        IpPrefix addresses() {
            return first == FIRST_OF_SHARED ? numbering.all(prefix) : numbering.part(prefix, first);
        }

        Home home() {
            return new Home(network, address(0));
        }
    }

    private static final class Builder {

        private final Numbering numbering;
        private final List<Network> networks = new ArrayList<>();
        private int realms;

        Builder(Numbering numbering) {
            this.numbering = numbering;
        }

        Layout build(Placement placement) {
            Place internet = new Place(numbering, -1, numbering.internet, FIRST_OF_SHARED);
            Place meeting = inwards("shared", placement.shared(), internet, FIRST_OF_SHARED);
            int before = realms;
            Place homeOfA = inwards("A's", placement.a(), meeting.of(FIRST_OF_A), FIRST_OF_A);
            if (placement.sameInside()) {
                realms = before;
            }
            int insideB = placement.sameInside() ? FIRST_OF_A : FIRST_OF_B;
            Place homeOfB = inwards("B's", placement.b(), meeting.of(FIRST_OF_B), insideB);
            return new Layout(List.copyOf(networks), meeting.network(), homeOfA.home(), homeOfB.home());
        }

        /** Puts a chain of NATs below a place and answers the innermost one. */
        private Place inwards(String whose, List<NatBehaviour> fromInside, Place outermost, int firstInside) {
            Place place = outermost;
            for (int i = fromInside.size() - 1; i >= 0; i--) {
                NatBehaviour behaviour = fromInside.get(i);
                int outside = place.network();
                int inside = networks.size();
                if (behaviour.translates()) {
                    networks.add(new Network(whose, i, outside, behaviour, externals(place, i, behaviour), List.of()));
                    place = new Place(numbering, inside, numbering.realm(++realms), firstInside);
                } else {
                    List<IpPrefix> addresses = List.of(place.addresses());
                    networks.add(new Network(whose, i, outside, behaviour, List.of(), addresses));
                    place = new Place(numbering, inside, place.prefix(), place.first());
                }
            }
            return place;
        }

        private static List<IpAddress> externals(Place place, int number, NatBehaviour behaviour) {
            List<IpAddress> externals = new ArrayList<>();
            externals.add(place.address(FIRST_NAT + number));
            if (behaviour.pooling() == Pooling.ARBITRARY) {
                for (int i = 1; i < POOL; i++) {
                    externals.add(place.address(FIRST_OF_POOL + number * POOL + i));
                }
            }
            return List.copyOf(externals);
        }
    }
}
