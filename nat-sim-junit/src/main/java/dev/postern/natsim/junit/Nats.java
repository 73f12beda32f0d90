package dev.postern.natsim.junit;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.oracle.Placement;
import dev.postern.natsim.scenario.NatNames;
import dev.postern.natsim.scenario.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The NATs of two peers, as the text of {@link NatLab} has them.
 *
 * @param text as it was written, with single spaces
 * @param placement each NAT in it is called by the word that stands for it in the text
 */
record Nats(String text, Placement placement) implements LabPlan {

    /** The sides of the 8 x 8 matrix. */
    static final List<String> PRESETS =
            NatNames.all().stream().limit(NatPreset.values().length).toList();

    private static final String BETWEEN = " x ";
    private static final Map<String, String> SHORT = shortNames();
    private static final List<String> OWNERS = List.of("home-", "cgn-");

    private static Map<String, String> shortNames() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("fw", "stateful-firewall");
        names.put("full", "full-cone");
        names.put("addr", "address-restricted");
        names.put("port", "port-restricted");
        names.put("sym", "symmetric");
        names.put("seq", "symmetric-sequential");
        names.put("blocked", "udp-blocked");
        names.put("home", "port-restricted");
        names.put("cgn", "cgn-rfc6888");
        return names;
    }

    /**
     * The NATs that a text stands for.
     *
     * @throws IllegalArgumentException with one sentence if it stands for none
     */
    static Nats parse(String text) {
        String[] peers = text.strip().split("\\s+x\\s+", -1);
        if (peers.length != 2) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" does not name the NATs of two peers; write such as \"home-port x cgn-sym\".");
        }
        return pair(peers[0], peers[1]);
    }

    /** The NATs of two peers, each written as one side of the text. */
    static Nats pair(String a, String b) {
        return new Nats(a.strip() + BETWEEN + b.strip(), Placement.apart(chain(a), chain(b)));
    }

    @Override
    public Scene build(long seed) {
        return new PairScene(placement, seed);
    }

    private static List<NatBehaviour> chain(String peer) {
        List<String> words =
                Arrays.stream(peer.split("/", -1)).map(String::strip).toList();
        if (words.size() > Placement.MAX_NATS) {
            throw new IllegalArgumentException(
                    "\"" + peer.strip() + "\" is " + words.size() + " NATs; write at most " + Placement.MAX_NATS + ".");
        }
        List<NatBehaviour> chain = new ArrayList<>();
        words.forEach(word -> chain.add(nat(word)));
        return chain;
    }

    private static NatBehaviour nat(String word) {
        if (word.isEmpty()) {
            throw new IllegalArgumentException("a NAT is missing; write such as \"home-port x cgn-sym\".");
        }
        String name = full(word);
        for (String owner : OWNERS) {
            if (!NatNames.all().contains(name) && word.startsWith(owner)) {
                name = full(word.substring(owner.length()));
            }
        }
        if (!NatNames.all().contains(name)) {
            throw new IllegalArgumentException(
                    "no NAT is called \"" + word + "\"; " + Nearest.advice(word, known(word)));
        }
        return NatNames.behaviour(name).toBuilder().name(word).build();
    }

    private static String full(String word) {
        return SHORT.getOrDefault(word, word);
    }

    /** What a word may have been meant to be: names with an owner only for a word with one. */
    private static List<String> known(String word) {
        List<String> names =
                Stream.concat(SHORT.keySet().stream(), NatNames.all().stream()).toList();
        Stream<String> owned = OWNERS.stream()
                .filter(word::startsWith)
                .flatMap(owner -> names.stream().map(name -> owner + name));
        return Stream.concat(owned, names.stream()).toList();
    }
}
