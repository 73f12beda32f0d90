package dev.postern.signaling.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the wire has of a message or of one of its components where Java's name and type do not say it. On an accessor
 * of a message interface it holds for the component of that name in every record that has none of its own.
 */
/*
 * The schema, the AsyncAPI document and the TypeScript types are made from the records, this annotation and their
 * javadoc, by the tests of this module. The readers and writers do not look at it: they stay plain code that a person
 * can step through. So what stands here could be wrong, and tests hold it against the codec, field by field:
 * SchemaAgreesWithCodecTest.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.METHOD})
@interface Wire {

    /** The {@code t} of a message, the field of a component. If empty, Java's name; of a message in lower case. */
    String value() default "";

    /** The lowest integer, or the fewest items of a list. */
    long min() default 0;

    /** The highest integer, unless the Java type ends below it. */
    long max() default Protocol.MAX_INTEGER;

    /** Whether a reader does without the field although its Java type has no null. */
    boolean optional() default false;

    /** Whether null is written as {@code null} and not left out. */
    boolean nullWritten() default false;

    /** Whether the components of this component's record stand in the object itself. */
    boolean inline() default false;

    /** As {@code field=word}: a reader does without this field while that one has that word. */
    String absentWith() default "";

    /** The field of a message that carries {@link Protocol#VERSION} and has no component; none if empty. */
    String version() default "";
}
