package dev.postern.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the command line asked for.
 *
 * @param program {@code turn}, {@code stun} or {@value #SIGNALING}: what the packaged program is started as
 * @param root the folder of the project
 * @param variants at least one; the first is the base of the ratios where nothing is beside them
 * @param references what is measured beside them
 * @param seconds how long one run measures, 1 to 60
 * @param minutes how long half-load measures, 1 to 600
 * @param repeats how often each server has its turn, 1 to 101
 * @param veth whether load and server stand in network namespaces of their own, with a virtual cable between them
 * @param raised whether both run before everything else, where that is allowed
 * @param serverShare what overload leaves a server of its CPU: one of so many parts, 1 to 16
 */
record BenchOptions(
        String program,
        Path root,
        List<Variant> variants,
        List<Reference> references,
        List<Cell> cells,
        int seconds,
        int minutes,
        int repeats,
        boolean veth,
        boolean raised,
        int serverCpu,
        int loadCpu,
        int serverShare) {

    static final String USAGE = """
            usage: ./dev bench turn|stun|signaling [OPTIONS]

              --vs coturn|none     what is measured beside Postern; coturn, unless it is not installed
              --vs ws,peerjs|none  the same for signaling: a bare relay on Node's ws, and PeerServer; both, unless npm is not installed
              --cells A,B          only these cells; overload and half-load are run only where they are named
              --repeats N          turns of each server in each cell (7)
              --seconds N          how long each turn is measured (3)
              --minutes N          how long half-load is measured, which has one turn (30)
              --java PATH          the java that runs Postern; the one that runs this, unless told
              --driver NAME        sets net.driver
              --variant NAME=java:PATH,set:KEY=VALUE,jvm:OPTION,jar:PATH,aot
                                   measures Postern so; may be given several times, all in one interleaved run;
                                   with aot on an AOT cache that a start and a stop have left (JDK 25 or newer)
              --veth               between two network namespaces instead of over loopback; needs root
              --normal-priority    leaves both at normal priority, so that nothing else is starved; less steady
              --server-cpu N, --load-cpu N   where they are pinned (0 and 1); as root what else runs there is starved meanwhile
              --server-share N     overload leaves the server one Nth of its CPU, or the load is not enough (2)
            """;

    static final String SIGNALING = "signaling";

    private static final List<String> PROGRAMS = List.of("turn", "stun", SIGNALING);

    private static final int MOST_CPU = 1023;

    /**
     * Reads the words behind {@code bench}.
     *
     * @throws BenchRefused with one sentence, or with the usage where nothing was asked for
     */
    static BenchOptions parse(Path root, Path ownJava, List<Reference> installed, List<String> words) {
        String program = words.isEmpty() ? "" : words.get(0);
        if (!PROGRAMS.contains(program)) {
            throw new BenchRefused(USAGE);
        }
        Words rest = new Words(words.subList(1, words.size()));
        Path java = Path.of(rest.take("--java", ownJava.toString()));
        Variant plain =
                new Variant("postern", java, root.resolve("app/target/postern.jar"), List.of(), false, Map.of());
        String driver = rest.take("--driver", "");
        Variant base = driver.isEmpty() ? plain : plain.with("net.driver", driver);
        List<Variant> variants = new ArrayList<>();
        for (String text = rest.take("--variant", ""); !text.isEmpty(); text = rest.take("--variant", "")) {
            variants.add(Variant.parse(text, base));
        }
        BenchOptions options = new BenchOptions(
                program,
                root,
                variants.isEmpty() ? List.of(base) : List.copyOf(variants),
                beside(Reference.beside(program), installed, rest.take("--vs", "")),
                Cell.of(program, rest.takeList("--cells")),
                rest.takeNumber("--seconds", 1, 60, 3),
                rest.takeNumber("--minutes", 1, 600, 30),
                rest.takeNumber("--repeats", 1, 101, 7),
                rest.takeFlag("--veth"),
                !rest.takeFlag("--normal-priority"),
                rest.takeNumber("--server-cpu", 0, MOST_CPU, 0),
                rest.takeNumber("--load-cpu", 0, MOST_CPU, 1),
                rest.takeNumber("--server-share", 1, 16, 2));
        rest.assertNothingIsLeft();
        return options;
    }

    BenchOptions {
        if (variants.stream().map(Variant::name).distinct().count() < variants.size()) {
            throw new BenchRefused("--variant names one variant twice; every variant needs a name of its own.");
        }
        if (serverCpu == loadCpu) {
            throw new BenchRefused("--server-cpu and --load-cpu are both " + serverCpu
                    + "; server and load need a CPU each, or they measure each other.");
        }
    }

    private static List<Reference> beside(List<Reference> known, List<Reference> installed, String named) {
        if (named.isEmpty()) {
            return known.stream().filter(installed::contains).toList();
        }
        List<Reference> chosen = new ArrayList<>();
        for (String name : named.equals("none") ? List.<String>of() : List.of(named.split(",", -1))) {
            Reference one = Reference.named(name);
            if (one == null || !known.contains(one)) {
                String names = known.stream().map(Reference::title).collect(Collectors.joining(", "));
                throw new BenchRefused("--vs is " + named + "; it must be " + names + " or none.");
            }
            if (!installed.contains(one)) {
                throw new BenchRefused("--vs is " + name + ", and " + one.missing() + ".");
            }
            chosen.add(one);
        }
        return List.copyOf(chosen);
    }

    /** The servers in the order of the table. */
    List<String> servers() {
        List<String> names = new ArrayList<>();
        references.forEach(one -> names.add(one.title()));
        variants.forEach(variant -> names.add(variant.name()));
        return List.copyOf(names);
    }

    /** Takes options out of the words, wherever they stand. */
    private static final class Words {
        private final List<String> left;

        Words(List<String> words) {
            left = new ArrayList<>(words);
        }

        String take(String name, String otherwise) {
            int at = left.indexOf(name);
            if (at < 0) {
                return otherwise;
            }
            if (at + 1 == left.size()) {
                throw new BenchRefused(name + " needs a value.");
            }
            left.remove(at);
            return left.remove(at);
        }

        List<String> takeList(String name) {
            String text = take(name, "");
            return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
        }

        int takeNumber(String name, int least, int most, int otherwise) {
            String text = take(name, Integer.toString(otherwise));
            int number = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : -1;
            if (number < least || number > most) {
                throw new BenchRefused(
                        name + " is " + text + "; it must be a number from " + least + " to " + most + ".");
            }
            return number;
        }

        boolean takeFlag(String name) {
            return left.remove(name);
        }

        void assertNothingIsLeft() {
            if (!left.isEmpty()) {
                throw new BenchRefused(left.get(0) + " is no option of bench.\n\n" + USAGE);
            }
        }
    }
}
