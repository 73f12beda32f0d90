package dev.postern.natsim.junit;

import dev.postern.natsim.scenario.Nearest;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.ScenarioException;
import dev.postern.natsim.scenario.ScenarioFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network of a scenario file, and which of its hosts the peers are.
 *
 * @param text the file, as the annotation has it
 * @param a the name of the host that A is
 * @param b the name of the host that B is
 * @param server the server that they know; null if the file has none
 */
record FilePlan(String text, Scenario scenario, String a, String b, Scenario.@Nullable Server server)
        implements LabPlan {

    private static final int PEERS = 2;

    /**
     * The plan of an annotation with a file.
     *
     * @param test whose package and class path the file is looked for in, before the file system
     * @throws IllegalArgumentException with one sentence if there is none
     */
    static FilePlan of(NatLab lab, Class<?> test) {
        String file = lab.file();
        Scenario scenario = read(file, test);
        List<String> hosts =
                scenario.hosts().stream().map(Scenario.Machine::name).toList();
        if (hosts.size() < PEERS) {
            throw new IllegalArgumentException(file + " has " + hosts.size() + " hosts; write at least two, A and B.");
        }
        String a = lab.a().isEmpty() ? other(hosts, lab.b()) : known(file, "a", lab.a(), hosts);
        String b = lab.b().isEmpty() ? other(hosts, a) : known(file, "b", lab.b(), hosts);
        if (a.equals(b)) {
            throw new IllegalArgumentException("a and b are both \"" + a + "\"; name two hosts of " + file + ".");
        }
        return new FilePlan(file, scenario, a, b, server(lab, scenario));
    }

    private static String other(List<String> hosts, String than) {
        return hosts.stream().filter(host -> !host.equals(than)).findFirst().orElseThrow();
    }

    private static String known(String file, String what, String name, List<String> hosts) {
        if (!hosts.contains(name)) {
            throw new IllegalArgumentException(what + " is \"" + name + "\", but no host of " + file
                    + " has that name; " + Nearest.advice(name, hosts));
        }
        return name;
    }

    private static Scenario.@Nullable Server server(NatLab lab, Scenario scenario) {
        if (lab.server().isEmpty()) {
            return scenario.servers().isEmpty() ? null : scenario.servers().get(0);
        }
        List<String> names =
                scenario.servers().stream().map(Scenario.Server::name).toList();
        int index = names.indexOf(lab.server());
        if (index < 0) {
            throw new IllegalArgumentException("server is \"" + lab.server() + "\", but no server of " + lab.file()
                    + " has that name; " + Nearest.advice(lab.server(), names));
        }
        return scenario.servers().get(index);
    }

    private static Scenario read(String file, Class<?> test) {
        try (InputStream resource = resource(file, test)) {
            if (resource != null) {
                return ScenarioFile.read(file, resource);
            }
            Path path = Path.of(file);
            if (!Files.isRegularFile(path)) {
                throw new IllegalArgumentException("no scenario is at \"" + file + "\": neither a resource beside "
                        + test.getName() + " or at the root of its class path, nor the file " + path.toAbsolutePath()
                        + ".");
            }
            return ScenarioFile.read(path);
        } catch (ScenarioException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "\"" + file + "\" is no name of a file; write such as \"two-homes.yaml\".", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link Class#getResourceAsStream} finds it, or from the root of the class path; null if neither does. */
    private static @Nullable InputStream resource(String file, Class<?> test) {
        InputStream beside = test.getResourceAsStream(file);
        return beside != null || file.startsWith("/") ? beside : test.getResourceAsStream("/" + file);
    }

    @Override
    public Scene build(long seed) {
        return new FileScene(this, seed);
    }
}
