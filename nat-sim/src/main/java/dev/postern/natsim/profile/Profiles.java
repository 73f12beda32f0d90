package dev.postern.natsim.profile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The profiles that come with this module, and the way to read others. Stateless; any thread. */
public final class Profiles {

    private static final String INDEX = "index.txt";

    private Profiles() {}

    /** The names of the profiles, presets first. */
    public static List<String> ids() {
        return resource(INDEX).lines().filter(line -> !line.isBlank()).toList();
    }

    /** All profiles by name, in the order of {@link #ids}. */
    public static Map<String, Profile> all() {
        Map<String, Profile> profiles = new LinkedHashMap<>();
        ids().forEach(id -> profiles.put(id, named(id)));
        return profiles;
    }

    /**
     * The profile with the given name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Profile named(String id) {
        if (!ids().contains(id)) {
            throw new IllegalArgumentException(
                    "no profile is called '" + id + "'; there are " + String.join(", ", ids()));
        }
        return ProfileReader.read(id, resource(id + ".yaml"));
    }

    /**
     * A profile that somebody else wrote.
     *
     * @param id what to call it in errors, such as the name of its file
     * @throws IllegalArgumentException with one sentence if something in it is missing, unknown or out of its range
     */
    public static Profile parse(String id, String yaml) {
        return ProfileReader.read(id, yaml);
    }

    private static String resource(String name) {
        try (InputStream file = Profiles.class.getResourceAsStream("/dev/postern/natsim/profiles/" + name)) {
            if (file == null) {
                throw new IllegalStateException("profiles/" + name + " is missing from this module");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
