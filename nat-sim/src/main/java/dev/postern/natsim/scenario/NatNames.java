package dev.postern.natsim.scenario;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.profile.Profiles;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The NATs that a file can name: the presets of the matrix, and the profiles. Any thread. */
public final class NatNames {

    private static final List<String> ALL = presetsAndProfiles();

    static final Kind<String> KIND = Kinds.word(ALL, name -> name);

    private NatNames() {}

    private static List<String> presetsAndProfiles() {
        Set<String> names = new LinkedHashSet<>();
        for (NatPreset preset : NatPreset.values()) {
            names.add(Kinds.spelled(preset));
        }
        names.addAll(Profiles.ids());
        return List.copyOf(names);
    }

    /** Their names, presets first. */
    public static List<String> all() {
        return ALL;
    }

    /**
     * The NAT with a name of {@link #all}; a preset goes before a profile.
     *
     * @throws IllegalArgumentException if there is none
     */
    static NatChoice named(String name) {
        return new NatChoice(name, behaviour(name), Map.of());
    }

    /**
     * What the NAT with a name of {@link #all} does; a preset goes before a profile.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static NatBehaviour behaviour(String name) {
        for (NatPreset preset : NatPreset.values()) {
            if (Kinds.spelled(preset).equals(name)) {
                return preset.behaviour();
            }
        }
        return Profiles.named(name).behaviour();
    }
}
