package dev.postern.natsim.junit;

import java.lang.reflect.AnnotatedElement;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/** What stands behind the annotations. Without state: a lab is in the store of its test, the clock in that of the whole run. */
final class NatLabExtension
        implements TestTemplateInvocationContextProvider,
                ParameterResolver,
                AfterEachCallback,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final Namespace NAMESPACE = Namespace.create(NatLabExtension.class);

    NatLabExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        AnnotatedElement method = context.getRequiredTestMethod();
        return find(method, NatLab.class) != null
                || find(method, NatMatrix.class) != null
                || find(method, Seeds.class) != null;
    }

    /** A matrix has none where another pair was asked for. JUnit asks since 5.12; older ones refuse a test without any. */
    @Override
    public boolean mayReturnZeroTestTemplateInvocationContexts(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        AnnotatedElement method = context.getRequiredTestMethod();
        if (find(method, Test.class) != null) {
            throw refused(
                    context, "take @Test away: @NatLab, @NatMatrix and @Seeds make a test of a method themselves.");
        }
        boolean isMatrix = find(method, NatMatrix.class) != null;
        List<LabPlan> cells = isMatrix ? List.copyOf(cells(context)) : List.of(plan(context));
        long[] seeds =
                seeds(context, seedOf(context, isMatrix ? null : cells.get(0))).toArray();
        return cells.stream()
                .flatMap(plan ->
                        LongStream.of(seeds).mapToObj(seed -> new Invocation(run(context, plan, isMatrix, seed))));
    }

    /** One of several runs of a method. */
    private record Invocation(LabRun run) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int number) {
            return run.displayName();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            BeforeEachCallback told = context -> context.getStore(NAMESPACE).put(LabRun.class, run);
            return List.of(told);
        }
    }

    private static List<Nats> cells(ExtensionContext context) {
        AnnotatedElement method = context.getRequiredTestMethod();
        NatMatrix matrix = find(method, NatMatrix.class);
        if (matrix == null || find(method, NatLab.class) != null) {
            throw refused(context, "use @NatLab or @NatMatrix, not both.");
        }
        Optional<String> wanted = context.getConfigurationParameter(NatMatrix.PARAMETER);
        try {
            Optional<String> pair = wanted.map(text -> Nats.parse(text).text());
            return names(matrix.rows())
                    .flatMap(row -> names(matrix.columns()).map(column -> Nats.pair(row, column)))
                    .filter(nats -> pair.isEmpty() || pair.get().equals(nats.text()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw refused(context, sentence(e));
        }
    }

    private static Stream<String> names(String[] chosen) {
        return chosen.length == 0 ? Nats.PRESETS.stream() : Arrays.stream(chosen);
    }

    private static LabPlan plan(ExtensionContext context) {
        NatLab lab = labOf(context);
        if (lab == null) {
            throw refused(context, "say which NATs: put @NatLab(\"home-port x cgn-sym\") or @NatMatrix beside it.");
        }
        checkFile(context, lab);
        try {
            return lab.file().isEmpty() ? Nats.parse(lab.value()) : FilePlan.of(lab, context.getRequiredTestClass());
        } catch (IllegalArgumentException e) {
            throw refused(context, sentence(e));
        }
    }

    /** What goes with a file does not go with NATs by name, and the other way round. */
    private static void checkFile(ExtensionContext context, NatLab lab) {
        boolean named = !lab.value().isEmpty() || lab.seed() != NatLab.FIRST_SEED;
        boolean chosen =
                !lab.a().isEmpty() || !lab.b().isEmpty() || !lab.server().isEmpty();
        if (!lab.file().isEmpty() && named) {
            throw refused(
                    context,
                    "the file " + lab.file() + " has its own NATs and its own seed; leave value and seed out, or write"
                            + " @Seeds beside it.");
        }
        if (lab.file().isEmpty() && chosen) {
            throw refused(context, "a, b and server are names of a file; write file beside them.");
        }
    }

    /** That of the method, or of the nearest class around it that has one. */
    private static @Nullable NatLab labOf(ExtensionContext context) {
        NatLab found = find(context.getRequiredTestMethod(), NatLab.class);
        Class<?> type = context.getRequiredTestClass();
        while (found == null && type != null) {
            found = find(type, NatLab.class);
            type = type.getEnclosingClass();
        }
        return found;
    }

    /** What holds without {@link Seeds}. */
    private static long seedOf(ExtensionContext context, @Nullable LabPlan plan) {
        NatLab lab = labOf(context);
        return plan instanceof FilePlan file ? file.scenario().seed() : lab == null ? NatLab.FIRST_SEED : lab.seed();
    }

    private static LongStream seeds(ExtensionContext context, long seed) {
        Optional<Long> wanted = context.getConfigurationParameter(Seeds.PARAMETER, text -> {
            try {
                return Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                throw refused(context, Seeds.PARAMETER + " is \"" + text + "\"; write a whole number.");
            }
        });
        if (wanted.isPresent()) {
            return LongStream.of(wanted.get());
        }
        Seeds seeds = find(context.getRequiredTestMethod(), Seeds.class);
        if (seeds == null) {
            return LongStream.of(seed);
        }
        if (seeds.value() < 1 || seeds.value() > Seeds.MOST) {
            throw refused(context, "@Seeds is " + seeds.value() + "; write 1 to " + Seeds.MOST + ".");
        }
        return LongStream.range(seeds.first(), seeds.first() + seeds.value());
    }

    private static LabRun run(ExtensionContext context, LabPlan plan, boolean isCell, long seed) {
        Path reports = context.getConfigurationParameter(Lab.REPORTS)
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .orElse(null);
        return new LabRun(plan, isCell, seed, testName(context), reports);
    }

    private static String testName(ExtensionContext context) {
        String type = context.getRequiredTestClass().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "#"
                + context.getRequiredTestMethod().getName();
    }

    private static String sentence(IllegalArgumentException e) {
        return Objects.requireNonNullElse(e.getMessage(), "these NATs cannot be had");
    }

    private static ExtensionConfigurationException refused(ExtensionContext context, String sentence) {
        return new ExtensionConfigurationException(testName(context) + ": " + sentence);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class
                && context.getTestMethod().isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store store = context.getStore(NAMESPACE);
        Lab lab = store.get(Lab.class, Lab.class);
        if (lab == null) {
            LabRun run = store.get(LabRun.class, LabRun.class);
            lab = new Lab(run == null ? ofClass(context) : run, clock(context));
            store.put(Lab.class, lab);
        }
        return lab;
    }

    private static LabRun ofClass(ExtensionContext context) {
        LabPlan plan = plan(context);
        long seed = seeds(context, seedOf(context, plan)).findFirst().orElseThrow();
        return run(context, plan, false, seed);
    }

    private static LabClock clock(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(LabClock.class, key -> new LabClock(), LabClock.class);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    private static Throwable explained(ExtensionContext context, Throwable failure) {
        Lab lab = context.getStore(NAMESPACE).get(Lab.class, Lab.class);
        boolean says = failure instanceof LabFailure
                || failure instanceof TestAbortedException
                || failure instanceof VirtualMachineError;
        return lab == null || says ? failure : lab.failure(failure);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Lab lab = context.getStore(NAMESPACE).remove(Lab.class, Lab.class);
        if (lab != null) {
            try {
                lab.requirePossible();
            } finally {
                lab.close();
            }
        }
    }

    private static <A extends java.lang.annotation.Annotation> @Nullable A find(AnnotatedElement on, Class<A> type) {
        return AnnotationSupport.findAnnotation(on, type).orElse(null);
    }
}
