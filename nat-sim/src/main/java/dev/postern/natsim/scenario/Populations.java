package dev.postern.natsim.scenario;

import dev.postern.natsim.scenario.Scenario.Population;
import dev.postern.natsim.scenario.Scenario.Share;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The populations that come with this module: scenario files with nothing but a population in them. Stateless; any thread. */
public final class Populations {

    private static final List<String> IDS = List.of("p2p-2011", "cpe-2016", "cellular-2016", "dcutr-2025");

    private Populations() {}

    /** Their names. */
    public static List<String> ids() {
        return IDS;
    }

    /**
     * The scenario with a population's name.
     *
     * @throws ScenarioException with one sentence if there is none
     */
    public static Scenario named(String id) throws ScenarioException {
        if (!IDS.contains(id)) {
            throw new ScenarioException(
                    List.of(Mistakes.quoted(id) + " is no population of this program; " + Nearest.advice(id, IDS)));
        }
        return ScenarioFile.parse(id, text(id));
    }

    /** The file that a population is, as a person reads it. */
    static String text(String id) {
        try (InputStream file =
                Populations.class.getResourceAsStream("/dev/postern/natsim/populations/" + id + ".yaml")) {
            if (file == null) {
                throw new IllegalStateException("populations/" + id + ".yaml is missing from this module");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same population with another weight for a NAT, which may be a new one.
     *
     * @param nat a preset or a profile
     * @param weight beside the others'; 0 leaves the NAT out
     * @throws ScenarioException with one sentence if there is no such NAT, the weight is below zero, or none is left
     */
    public static Population with(Population population, String nat, double weight) throws ScenarioException {
        if (!NatNames.all().contains(nat)) {
            throw new ScenarioException(List.of(
                    Mistakes.quoted(nat) + " is no NAT of this program; " + Nearest.advice(nat, NatNames.all())));
        }
        if (!(weight >= 0 && weight <= 1e9)) {
            throw new ScenarioException(List.of("the weight of " + nat + " is " + weight + "; write 0 to 1000000000."));
        }
        List<Share> shares = new ArrayList<>();
        boolean found = false;
        for (Share share : population.shares()) {
            boolean isMeant = share.nat().name().equals(nat);
            found |= isMeant;
            shares.add(isMeant ? new Share(share.nat(), weight) : share);
        }
        if (!found) {
            shares.add(new Share(NatNames.named(nat), weight));
        }
        shares.removeIf(share -> share.weight() == 0);
        if (shares.isEmpty()) {
            throw new ScenarioException(List.of("no NAT is left in the population; give one a weight above zero."));
        }
        return new Population(population.pairs(), population.turn(), shares);
    }
}
