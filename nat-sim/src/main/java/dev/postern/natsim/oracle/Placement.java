package dev.postern.natsim.oracle;

import dev.postern.natsim.NatBehaviour;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Where two ICE agents, A and B, are: the NATs between each and the internet, on which the STUN and TURN server is. A NAT
 * that both are behind stands in {@code shared}: a home's router, or the carrier's NAT above two homes.
 *
 * @param a the NATs of A alone, from A outwards
 * @param b the NATs of B alone, from B outwards
 * @param shared the NATs that both are behind, from inside outwards
 * @param isolated whether the zone in which the ways of both meet keeps its members apart (client isolation); only with
 *     {@code shared} NATs
 * @param sameInside whether A and B, each behind an own NAT, have the same inside address, as homes do
 * @param bAtServer whether B is on the server's machine, and so has its address; only without a NAT before B
 * @param turn the paths to the TURN server
 */
public record Placement(
        List<NatBehaviour> a,
        List<NatBehaviour> b,
        List<NatBehaviour> shared,
        boolean isolated,
        boolean sameInside,
        boolean bAtServer,
        Oracle.Turn turn) {

    /** The most NATs that one agent may be behind: {@value}. */
    public static final int MAX_NATS = 6;

    /** Refuses what is out of the ranges above. */
    public Placement {
        a = List.copyOf(a);
        b = List.copyOf(b);
        shared = List.copyOf(shared);
        if (Math.max(a.size(), b.size()) + shared.size() > MAX_NATS) {
            throw new IllegalArgumentException("an agent is behind more than " + MAX_NATS + " NATs");
        }
        if (isolated && shared.isEmpty()) {
            throw new IllegalArgumentException("the internet does not isolate; only a zone behind a shared NAT does");
        }
        if (bAtServer && !(b.isEmpty() && shared.isEmpty())) {
            throw new IllegalArgumentException("whoever is on the server's machine is behind no NAT");
        }
    }

    /** Each agent behind one NAT of its own, and a TURN server that is spoken to over UDP. */
    public static Placement pair(NatBehaviour a, NatBehaviour b) {
        return apart(List.of(a), List.of(b));
    }

    /** Each agent behind NATs of its own, from inside outwards, and a TURN server that is spoken to over UDP. */
    public static Placement apart(List<NatBehaviour> a, List<NatBehaviour> b) {
        return new Placement(a, b, List.of(), false, false, false, Oracle.Turn.UDP);
    }

    /** Both behind one NAT, and a TURN server that is spoken to over UDP. */
    public static Placement together(NatBehaviour shared, boolean isolated) {
        return new Placement(List.of(), List.of(), List.of(shared), isolated, false, false, Oracle.Turn.UDP);
    }

    /** The same with other paths to the TURN server. */
    public Placement withTurn(Oracle.Turn value) {
        return new Placement(a, b, shared, isolated, sameInside, bAtServer, value);
    }

    /** The same with other NATs, each in the place of what it is made from. */
    public Placement with(UnaryOperator<NatBehaviour> change) {
        return new Placement(
                a.stream().map(change).toList(),
                b.stream().map(change).toList(),
                shared.stream().map(change).toList(),
                isolated,
                sameInside,
                bAtServer,
                turn);
    }

    /** The NATs from A to the internet. */
    public List<NatBehaviour> wayOfA() {
        return Stream.concat(a.stream(), shared.stream()).toList();
    }

    /** The NATs from B to the internet. */
    public List<NatBehaviour> wayOfB() {
        return Stream.concat(b.stream(), shared.stream()).toList();
    }
}
