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
 * Puts two peers, A and B, behind NATs: {@code @NatLab("home-port x cgn-sym")}, or into the network of a scenario file: {@code
 * @NatLab(file = "two-homes.yaml")}. On a method it makes a test of it, in the place
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

    /** What {@link #seed} is where it is left out: {@value}. */
    long FIRST_SEED = 1;

    /** The NATs of A and of B; left out with {@link #file}. */
    String value() default "";

    /**
     * A scenario file, whose networks, hosts, servers and events the lab then has: a resource beside the test class or from the root of
     * its class path, or else a file, from the working directory on. Its packets, its calls and what it compares are for {@code postern
     * lab run} and are left out here; its seed holds unless there is {@link Seeds}.
     */
    String file() default "";

    /** The host of the {@link #file} that A is; the first that B is not, if left out. */
    String a() default "";

    /** The host of the {@link #file} that B is; the first that A is not, if left out. */
    String b() default "";

    /** The server of the {@link #file} that {@link Lab#server} is; the first, if left out. */
    String server() default "";

    /** What the NATs' ports and the latency of both lines come from, unless there is {@link Seeds}; left out with {@link #file}. */
    long seed() default FIRST_SEED;
}
