package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {

    private static final Path ROOT = Path.of("/project");
    private static final Path JAVA = Path.of("/jdk/bin/java");
    private static final Path JAR = ROOT.resolve("app/target/postern.jar");

    @Test
    void withoutOptionsPosternRunsBesideCoturnInEveryCell() {
        BenchOptions options = parse(true, "turn");
        assertThat(options.servers()).containsExactly("coturn", "postern");
        assertThat(options.variants()).containsExactly(new Variant("postern", JAVA, JAR, List.of(), false, Map.of()));
        assertThat(options.cells()).isEqualTo(Cell.TURN);
        assertThat(options.repeats()).isEqualTo(7);
    }

    @Test
    void withoutCoturnPosternRunsAlone() {
        assertThat(parse(false, "stun").servers()).containsExactly("postern");
        assertThat(parse(true, "stun", "--vs", "none").servers()).containsExactly("postern");
    }

    @Test
    void signalingRunsBesideServersOnNode() {
        List<Reference> installed = List.of(Reference.values());
        BenchOptions options = BenchOptions.parse(ROOT, JAVA, installed, List.of("signaling"));
        assertThat(options.servers()).containsExactly("ws", "peerjs", "postern");
        assertThat(options.cells()).isEqualTo(Cell.SIGNALING);
        assertThat(BenchOptions.parse(ROOT, JAVA, installed, List.of("signaling", "--vs", "peerjs"))
                        .servers())
                .containsExactly("peerjs", "postern");
        assertThat(parse(true, "signaling").servers()).containsExactly("postern");
    }

    @Test
    void variantsHaveTheirOwnJavaAndSettings() {
        BenchOptions options = parse(
                false,
                "turn",
                "--driver",
                "nio",
                "--variant",
                "old",
                "--variant",
                "new=java:/jdk25/bin/java,set:net.driver=linux,set:turn.software=x,jvm:-Xmx1g,jar:/other.jar",
                "--variant",
                "cached=aot");
        assertThat(options.variants())
                .containsExactly(
                        new Variant("old", JAVA, JAR, List.of(), false, Map.of("net.driver", "nio")),
                        new Variant(
                                "new",
                                Path.of("/jdk25/bin/java"),
                                Path.of("/other.jar"),
                                List.of("-Xmx1g"),
                                false,
                                Map.of("net.driver", "linux", "turn.software", "x")),
                        new Variant("cached", JAVA, JAR, List.of(), true, Map.of("net.driver", "nio")));
    }

    @Test
    void cellsAreRunInTheOrderOfTheTable() {
        assertThat(parse(false, "turn", "--cells", "paced,c2p-1").cells())
                .extracting(Cell::name)
                .containsExactly("c2p-1", "paced");
    }

    @Test
    void cellsOnDemandAreRunWhereTheyAreNamed() {
        BenchOptions options = parse(false, "turn", "--cells", "half-load,overload,paced", "--minutes", "5");
        assertThat(options.cells()).extracting(Cell::name).containsExactly("paced", "overload", "half-load");
        assertThat(options.minutes()).isEqualTo(5);
        assertThat(parse(false, "turn").minutes()).isEqualTo(30);
    }

    @Test
    void restsOfTheShardsAreAVariant() {
        assertThat(parse(false, "turn", "--variant", "rest500=set:net.coalesce-max=500us")
                        .variants())
                .containsExactly(
                        new Variant("rest500", JAVA, JAR, List.of(), false, Map.of("net.coalesce-max", "500us")));
    }

    @Test
    void logOfTheGarbageCollectorIsOneMoreOption() {
        Variant variant = new Variant("a", JAVA, JAR, List.of("-Xmx1g"), false, Map.of());
        assertThat(variant.loggingGc(Path.of("/x/a-gc.log")).jvm())
                .containsExactly("-Xmx1g", "-Xlog:gc:file=\"/x/a-gc.log\":uptime");
    }

    @Test
    void priorityIsRaisedUnlessToldOtherwise() {
        assertThat(commandOf(parse(false, "turn"))).contains("nice", "-20").endsWith("server");
        assertThat(commandOf(parse(false, "turn", "--normal-priority")))
                .containsExactly("taskset", "-c", "0", "setsid", "server");
    }

    @Test
    void competitorsLeaveTheServerItsShareAtItsPriority() {
        assertThat(Competitors.commands(parse(false, "turn", "--server-share", "1")))
                .isEmpty();
        assertThat(Competitors.commands(parse(false, "turn", "--server-share", "3")))
                .hasSize(2)
                .allSatisfy(command -> assertThat(command)
                        .startsWith("taskset", "-c", "0", "nice", "-n", "-20", "setsid")
                        .endsWith(Long.toString(ProcessHandle.current().pid())));
        assertThat(parse(false, "turn").serverShare()).isEqualTo(2);
    }

    private static List<String> commandOf(BenchOptions options) {
        return Machine.alone(options.serverCpu(), options.raised(), List.of("server"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    turn --repeats 0           | --repeats is 0; it must be a number from 1 to 101.
                    turn --seconds many        | --seconds is many; it must be a number from 1 to 60.
                    turn --seconds             | --seconds needs a value.
                    turn --cells nothing       | --cells names nothing; there are binding,
                    turn --vs pion             | --vs is pion; it must be coturn or none.
                    turn --vs coturn           | --vs is coturn, and turnserver is not on the PATH
                    turn --server-cpu 1        | --server-cpu and --load-cpu are both 1;
                    stun --cells overload      | --cells names overload; there are binding, binding-20k.
                    turn --minutes 0           | --minutes is 0; it must be a number from 1 to 600.
                    turn --server-share 0      | --server-share is 0; it must be a number from 1 to 16.
                    turn --fast                | --fast is no option of bench.
                    turn --variant a=jdk:17    | --variant is a=jdk:17; it must be NAME
                    turn --variant a=set:x     | --variant is a=set:x; it must be NAME
                    turn --variant coturn      | --variant is coturn; it must be NAME
                    turn --variant a --variant a | --variant names one variant twice
                    signaling --vs coturn      | --vs is coturn; it must be ws, peerjs or none.
                    signaling --vs ws          | --vs is ws, and npm is not on the PATH
                    all                        | usage: ./dev bench turn|stun
                    """)
    void mistakeIsOneSentence(String words, String sentence) {
        assertThatThrownBy(() -> parse(false, words.split(" ")))
                .isInstanceOf(BenchRefused.class)
                .hasMessageStartingWith(sentence);
    }

    private static BenchOptions parse(boolean coturn, String... words) {
        return BenchOptions.parse(ROOT, JAVA, coturn ? List.of(Reference.COTURN) : List.of(), List.of(words));
    }
}
