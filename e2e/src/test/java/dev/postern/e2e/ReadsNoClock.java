package dev.postern.e2e;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/** Time comes in as an argument: no call of a clock, and no random source made on the spot. */
final class ReadsNoClock extends ArchCondition<JavaClass> {

    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.time.Instant.now",
            "java.time.InstantSource.system",
            "java.util.UUID.randomUUID",
            "java.lang.Math.random");

    ReadsNoClock() {
        super("read no clock and make no random source");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        type.getMethodCallsFromSelf().stream()
                .filter(call -> CLOCKS.contains(
                        call.getTargetOwner().getName() + "." + call.getTarget().getName()))
                .forEach(call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
        type.getConstructorCallsFromSelf().stream()
                .filter(call -> call.getTargetOwner().getName().equals("java.util.Random"))
                .forEach(call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
    }
}
