package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The load generators of {@code bench/load}: they compile without a warning, and at a rate that any machine carries they see every packet come
 * out whole. One program serves the tests that need no configuration of their own, as a bench's server meets one load after the other.
 */
@EnabledOnOs(OS.LINUX)
class LoadGeneratorsE2E {

    private static final Path SOURCES = Path.of(System.getProperty("postern.root"), "bench/load");
    private static final Path TOOLS = PosternProcess.target().resolve("load");
    private static final Duration COMPILE = Duration.ofSeconds(60);
    private static final Duration RUN = Duration.ofSeconds(30);

    private static @Nullable PosternProcess served;

    @BeforeAll
    static void compileAndServe() throws IOException, InterruptedException {
        Path compiler = Requirement.CC.need();
        Files.createDirectories(TOOLS);
        for (String program : Files.readAllLines(SOURCES.resolve("programs"))) {
            compile(compiler, List.of(program.split(" ", -1)));
        }
        served = PosternProcess.serve()
                .set("signaling.allow-no-origin", "true")
                .set("signaling.messages-per-second", "100000")
                .set("signaling.message-burst", "100000")
                .set("signaling.address-messages-per-second", "100000")
                .set("signaling.room-messages-per-second", "100000")
                .start();
    }

    @AfterAll
    static void stop() {
        if (served != null) {
            served.close();
        }
    }

    private static PosternProcess served() {
        return Objects.requireNonNull(served);
    }

    /** The first word names the program, the others its files. */
    private static void compile(Path compiler, List<String> program) {
        List<String> command = new ArrayList<>(List.of(compiler.toString(), "-O2", "-std=gnu11"));
        command.addAll(List.of("-Wall", "-Wextra", "-Werror", "-o"));
        command.add(TOOLS.resolve(program.get(0)).toString());
        program.stream()
                .skip(1)
                .forEach(file -> command.add(SOURCES.resolve(file).toString()));
        try (Program cc = Program.start(command)) {
            assertThat(cc.finish(COMPILE)).isEmpty();
        }
    }

    @Test
    void everyBindingRequestIsAnswered() {
        String result = run("stunload", served(), "--sockets 8 --sources 8 --rate 200 --warmup 0 --seconds 1");
        assertNothingIsWrong(result);
        assertThat(number(result, "got")).isBetween(100.0, 200.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"to-peer", "to-client", "both", "both --gso 1", "both --gso 1 --gro 1"})
    void everyPacketOfAnAuthenticatedAllocationComesOut(String how) {
        String load = "--allocations 3 --bytes 1200 --burst 4 --rate 400 --warmup 0 --seconds 1 --direction " + how;
        String result = run("turnload", served(), withUser(load));
        assertNothingIsWrong(result);
        assertThat(number(result, "got")).isBetween(100.0, 500.0);
        assertThat(number(result, "cpu_us")).isPositive();
    }

    @Test
    void ipv6IsRelayedToo() throws InterruptedException {
        PosternProcess.Launch launch = PosternProcess.serve();
        String listen = "udp://[::1]:" + launch.chosenTurnPort();
        launch.set("turn.listen", listen).set("stun.listen", listen).set("turn.allow-peers", "::1/128");
        try (PosternProcess postern = launch.start()) {
            String load = "--host ::1 --allocations 2 --rate 200 --warmup 0 --seconds 1 --direction both";
            assertNothingIsWrong(run("turnload", postern, withUser(load)));
        }
    }

    @Test
    void requestsBesideTheLoadAreAnsweredAndCountedByThemselves() {
        String load = "--allocations 2 --rate 200 --probe 100 --warmup 0 --seconds 1";
        String result = run("turnload", served(), withUser(load));
        assertNothingIsWrong(result);
        assertThat(number(result, "probes")).isBetween(20.0, 110.0);
        assertThat(number(result, "probes_lost")).isZero();
        assertThat(number(result, "probe_p99_us")).isPositive();
        assertThat(number(result, "rss_begin_kb")).isPositive();
    }

    @Test
    void allocationsAreKeptAliveBesideTheLoad() {
        String load = "--allocations 3 --rate 300 --keep 1 --warmup 0 --seconds 4 --direction both";
        String result = run("turnload", served(), withUser(load));
        assertNothingIsWrong(result);
        assertThat(number(result, "not_kept")).isZero();
        assertThat(number(result, "kept"))
                .as("a channel and a lifetime each second in %s", result)
                .isBetween(6.0, 30.0);
    }

    @Test
    void heldAllocationsAreCountedAndGivenBack() throws IOException, InterruptedException {
        String result = run("turnload", served(), withUser("--allocations 50 --hold 0"));
        assertThat(number(result, "allocations")).isEqualTo(50);
        assertThat(number(result, "cpu_us")).isPositive();
        assertThat(served().metrics().sum("postern_turn_allocations_active")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate 200", "--window 2"})
    void everyMessageBetweenSignalingClientsArrivesOnceAndInOrder(String how) {
        String result = signaling("--clients 6 --warmup 0 --seconds 1 " + how);
        assertNothingIsWrong(result);
        assertThat(number(result, "got")).isGreaterThan(100.0);
        assertThat(number(result, "cpu_us")).isPositive();
    }

    @Test
    void signalingClientsAreSeatedAndHeld() {
        String result = signaling("--clients 20 --hold 0 --open-rate 100");
        assertThat(number(result, "clients")).isEqualTo(20);
        assertThat(number(result, "bad")).isZero();
        assertThat(number(result, "seat_p99_us")).isPositive();
    }

    private static String signaling(String words) {
        PosternProcess postern = served();
        List<String> command = new ArrayList<>(List.of(TOOLS.resolve("wsload").toString()));
        command.addAll(List.of("--port", "" + postern.signalingPort(), "--pid", "" + postern.pid()));
        command.addAll(List.of(words.split(" ")));
        try (Program program = Program.start(command)) {
            return program.finish(RUN);
        }
    }

    private static List<String> withUser(String words) {
        List<String> all = new ArrayList<>(List.of(words.split(" ")));
        all.addAll(List.of("--user", PosternProcess.USER, "--password", PosternProcess.PASSWORD));
        return all;
    }

    private static String run(String tool, PosternProcess postern, String words) {
        return run(tool, postern, List.of(words.split(" ")));
    }

    private static String run(String tool, PosternProcess postern, List<String> words) {
        List<String> command = new ArrayList<>(List.of(TOOLS.resolve(tool).toString()));
        command.addAll(List.of("--port", "" + postern.turnPort(), "--pid", "" + postern.pid()));
        command.addAll(words);
        try (Program program = Program.start(command)) {
            return program.finish(RUN);
        }
    }

    private static void assertNothingIsWrong(String result) {
        assertThat(number(result, "bad")).as("bad in %s", result).isZero();
        assertThat(number(result, "loss")).as("loss in %s", result).isZero();
        assertThat(number(result, "sent")).as("sent in %s", result).isPositive();
    }

    private static double number(String json, String member) {
        Matcher found = Pattern.compile("\"" + member + "\":([-0-9.]+)").matcher(json);
        assertThat(found.find()).as("%s in %s", member, json).isTrue();
        return Double.parseDouble(found.group(1));
    }
}
