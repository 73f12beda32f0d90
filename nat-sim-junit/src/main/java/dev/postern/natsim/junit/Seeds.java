package dev.postern.natsim.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test once for each of some seeds, beside {@link NatLab} or {@link NatMatrix} and in the place of {@code @Test}. A seed
 * decides the ports of the NATs and the latency of both lines; what ice4j draws at random is its own. The configuration
 * parameter {@value #PARAMETER} picks one seed, any that there is.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(NatLabExtension.class)
public @interface Seeds {

    /** The configuration parameter that holds one seed: {@value}. */
    String PARAMETER = "postern.natlab.seed";

    /** The most that {@link #value} may be: {@value}. */
    int MOST = 10_000;

    /** How many seeds, 1 to {@value #MOST}. */
    int value();

    /** The first of them; the others follow one by one. */
    long first() default 1;
}
