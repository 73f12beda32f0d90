package dev.postern.natsim.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Puts two peers, A and B, behind NATs: {@code @NatLab("home-port x cgn-sym")}. On a method it makes a test of it, in the place
 * of {@code @Test}; on a class it holds for all test methods that do not say otherwise. Such a method, and
 * {@code @BeforeEach} and {@code @AfterEach} with it, takes a {@link Lab} as a parameter; each test has one of its own.
 *
 * <p>The text is {@code peer x peer}; a peer is a NAT, or several from the peer outwards with slashes between them, six at
 * most: {@code home/cgn x open}. A NAT is a preset or a profile of nat-sim, such as {@code port-restricted} or {@code
 * pan-os-dipp}, or one of these short names: {@code fw}, {@code full}, {@code addr}, {@code port}, {@code sym}, {@code seq},
 * {@code blocked}, {@code home} (port-restricted), {@code cgn} (RFC 6888). {@code home-} or {@code cgn-} before a name tells
 * the reader whose NAT it is, and changes nothing. A name that is not known is refused with the nearest that is.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(NatLabExtension.class)
public @interface NatLab {

    /** The NATs of A and of B. */
    String value();

    /** What the NATs' ports and the latency of both lines come from, unless there is {@link Seeds}. */
    long seed() default 1;
}
