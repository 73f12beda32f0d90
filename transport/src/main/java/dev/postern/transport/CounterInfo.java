package dev.postern.transport;

/** What every counter of a server says about itself; the enums of counters implement it, so that one page can list all. */
public interface CounterInfo {

    /** The constant's name, as {@link Enum#name()}. */
    String name();

    /** What is counted, in the plural: datagrams, bytes, streams. */
    String unit();

    /** One sentence that says when the counter grows. */
    String sentence();
}
