package dev.postern.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may need whom, and what is pure: the picture in docs/architecture.md, held against the compiled classes. */
class ArchitectureTest {

    private static final String ROOT = "dev.postern.";

    private static final JavaClasses POSTERN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.postern");

    /** The modules by their root package, each with the modules and the libraries that its code may name. */
    @SuppressWarnings("ImmutableEnumChecker") // the sets are Set.of(): nothing changes them
    private enum Module {
        STUN_CORE("stun", Set.of(), Set.of()),
        TRANSPORT("transport", Set.of("stun"), Set.of("io.netty", "org.slf4j")),
        STUN_SERVER("stunserver", Set.of("stun", "transport"), Set.of("org.slf4j")),
        TURN_RELAY("turn", Set.of("stun", "transport", "stunserver"), Set.of("org.slf4j")),
        CONFORMANCE("conformance", Set.of("stun"), Set.of()),
        SIGNALING_PROTOCOL("signaling.protocol", Set.of(), Set.of("com.fasterxml.jackson")),
        SIGNALING_SERVER("signaling", Set.of("signaling.protocol"), Set.of("org.eclipse.jetty", "org.slf4j")),
        SIGNALING_REDIS(
                "signaling.redis",
                Set.of("signaling"),
                Set.of("io.lettuce", "io.netty.resolver", "io.netty.util.concurrent")),
        PEER("peer", Set.of("signaling.protocol"), Set.of("org.eclipse.jetty", "org.slf4j")),
        NAT_SIM(
                "natsim",
                Set.of("stun", "stunserver", "turn"),
                Set.of("org.ice4j", "org.jitsi", "com.fasterxml.jackson")),
        NAT_SIM_JUNIT(
                "natsim.junit",
                Set.of("natsim", "stun"),
                Set.of("org.junit", "org.opentest4j", "org.ice4j", "org.jitsi")),
        WEB_CLIENT("webclient", Set.of(), Set.of()),
        APP(
                "app",
                Set.of(
                        "stun",
                        "transport",
                        "stunserver",
                        "turn",
                        "signaling",
                        "signaling.protocol",
                        "signaling.redis",
                        "natsim",
                        "conformance",
                        "webclient"),
                Set.of(
                        "picocli",
                        "com.fasterxml.jackson",
                        "io.micrometer",
                        "io.prometheus",
                        "ch.qos.logback",
                        "org.slf4j",
                        "org.eclipse.jetty",
                        "org.eclipse.californium",
                        "org.jose4j",
                        "com.github.benmanes.caffeine"));

        private final String root;
        private final Set<String> modules;
        private final Set<String> libraries;

        Module(String root, Set<String> modules, Set<String> libraries) {
            this.root = root;
            this.modules = modules;
            this.libraries = libraries;
        }

        boolean owns(JavaClass type) {
            return owner(type) == this;
        }

        /** The module with the longest root that the package starts with: signaling.protocol before signaling. */
        static Module owner(JavaClass type) {
            String name = type.getPackageName() + ".";
            return Arrays.stream(values())
                    .filter(module -> name.startsWith(ROOT + module.root + "."))
                    .reduce((a, b) -> a.root.length() > b.root.length() ? a : b)
                    .orElseThrow(() -> new AssertionError(type.getName() + " is in no module of the house"));
        }

        boolean mayName(JavaClass type) {
            if (type.isPrimitive()) {
                return true;
            }
            String name = type.getPackageName() + ".";
            if (name.startsWith(ROOT)) {
                Module owner = owner(type);
                return owner == this || modules.contains(owner.root);
            }
            return Stream.concat(Stream.of("java", "javax", "org.jspecify", "com.sun", "jdk"), libraries.stream())
                    .anyMatch(allowed -> name.startsWith(allowed + "."));
        }
    }

    @ParameterizedTest
    @EnumSource(Module.class)
    void eachModuleNamesOnlyWhatTheHouseAllows(Module module) {
        classes()
                .that(are(module.root + " classes", module::owns))
                .should()
                .onlyDependOnClassesThat(are("allowed to " + module, type -> module.mayName(baseOf(type))))
                .check(POSTERN);
    }

    @Test
    void modulesFormNoCircle() {
        slices().assignedFrom(new ModuleSlices()).should().beFreeOfCycles().check(POSTERN);
    }

    /** The engines: (now, input) in, outputs out. */
    @Test
    void coresKnowNoShellAndNoLibrary() {
        noClasses()
                .that(are("core", ArchitectureTest::isCore))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.postern..net..",
                        "dev.postern.transport..",
                        "io.netty..",
                        "org.eclipse.jetty..",
                        "com.fasterxml.jackson..",
                        "org.slf4j..",
                        "java.util.logging..")
                .check(POSTERN);
    }

    @Test
    void enginesHoldNoSocketThreadClockOrRandomSource() {
        classes()
                .that(are("pure", ArchitectureTest::isPure))
                .should()
                .onlyDependOnClassesThat(are("neither a socket, a thread nor a file", ArchitectureTest::isHarmless))
                .andShould(new ReadsNoClock())
                .check(POSTERN);
    }

    /** Security case 26: whatever address a client names, in SDP or anywhere, the signaling server has nothing to connect to it with. */
    @Test
    void c26_signalingServerOpensNoConnection() {
        noClasses()
                .that(are("the signaling server's", ArchitectureTest::isOfSignaling))
                .should()
                .dependOnClassesThat(are("ways out", ArchitectureTest::isWayOut))
                .check(POSTERN);
    }

    /** Pages reads the files of its embedder by a URL of theirs. */
    private static boolean isOfSignaling(JavaClass type) {
        boolean isSignaling = Module.SIGNALING_SERVER.owns(type) || Module.SIGNALING_PROTOCOL.owns(type);
        return isSignaling && !type.getName().equals("dev.postern.signaling.net.Pages");
    }

    private static boolean isWayOut(JavaClass named) {
        String name = baseOf(named).getName();
        return name.matches("java\\.net\\.(http\\..*|\\w*Socket|\\w*URLConnection)")
                || name.matches("java\\.nio\\.channels\\.\\w*(Socket|Datagram)Channel")
                || name.matches("javax\\.net\\.(SocketFactory|ssl\\.SSLSocket(Factory)?)")
                || name.matches(
                        "org\\.eclipse\\.jetty\\.(.+\\.)?client\\..*|org\\.eclipse\\.jetty\\.io\\.ClientConnect(or|ion.*)");
    }

    @Test
    void shellsAreNamedOnlyByTheRootPackageOfTheirModule() {
        List<String> intruders = POSTERN.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(use -> baseOf(use.getTargetClass()).getPackageName().matches("dev\\.postern\\.[a-z.]+\\.net"))
                .filter(use -> {
                    String shell = baseOf(use.getTargetClass()).getPackageName();
                    String from = use.getOriginClass().getPackageName();
                    return !from.equals(shell) && !from.equals(shell.substring(0, shell.lastIndexOf('.')));
                })
                .map(use -> use.getDescription())
                .distinct()
                .toList();
        assertThat(intruders).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = POSTERN.stream()
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toCollection(TreeSet::new));
        POSTERN.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .filter(type -> type.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .forEach(type -> unmarked.remove(type.getPackageName()));
        assertThat(unmarked).isEmpty();
    }

    @Test
    void everyModuleOfTheHouseIsSeenByThisTest() {
        Set<Module> seen = POSTERN.stream().map(Module::owner).collect(Collectors.toSet());
        assertThat(seen).containsExactlyInAnyOrder(Module.values());
    }

    private static boolean isCore(JavaClass type) {
        return type.getPackageName().matches("dev\\.postern\\.(stunserver|turn|signaling|peer)\\.core(\\..*)?")
                || type.getPackageName().equals("dev.postern.signaling.cluster");
    }

    private static boolean isPure(JavaClass type) {
        return isCore(type) || Module.STUN_CORE.owns(type) || Module.SIGNALING_PROTOCOL.owns(type);
    }

    private static boolean isHarmless(JavaClass named) {
        JavaClass type = baseOf(named);
        String name = type.getName();
        // values: none of them opens or looks up anything by itself, as java.net.URL would
        Set<String> addresses = Set.of(
                "java.net.URI",
                "java.net.URISyntaxException",
                "java.net.InetAddress",
                "java.net.Inet4Address",
                "java.net.Inet6Address",
                "java.net.InetSocketAddress",
                "java.net.UnknownHostException");
        if (name.startsWith("java.net.")) {
            return addresses.contains(name);
        }
        boolean worker = name.startsWith("java.util.concurrent.")
                && (name.contains("Executor") || name.contains("Future") || name.contains("ForkJoin"));
        return !worker
                && !name.startsWith("java.nio.channels.")
                && !name.startsWith("java.nio.file.")
                && !name.startsWith("java.util.logging.")
                && !name.equals("java.lang.Thread")
                && !name.equals("java.security.SecureRandom")
                && !name.equals("java.util.concurrent.ThreadLocalRandom")
                && !name.equals("java.time.Clock");
    }

    private static JavaClass baseOf(JavaClass type) {
        return type.getBaseComponentType();
    }

    private static DescribedPredicate<JavaClass> are(String words, java.util.function.Predicate<JavaClass> test) {
        return DescribedPredicate.describe(words, test);
    }
}
