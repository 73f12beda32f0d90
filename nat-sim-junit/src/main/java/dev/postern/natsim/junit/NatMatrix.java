package dev.postern.natsim.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test once for each pair of NATs, in the place of {@code @Test}: A behind those of the row, B behind those of the
 * column. With {@link Seeds} once for each pair and seed. The configuration parameter {@value #PARAMETER} picks
 * one pair.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(NatLabExtension.class)
public @interface NatMatrix {

    /** The configuration parameter that holds one pair, as {@link NatLab#value} is written: {@value}. */
    String PARAMETER = "postern.natlab.nats";

    /** The NATs of A, each as one side of {@link NatLab#value} is written; the eight presets if there is none. */
    String[] rows() default {};

    /** The NATs of B, likewise. */
    String[] columns() default {};
}
