package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import java.util.List;

/**
 * Something that the tester can find out. Compared by identity.
 *
 * @param <T> the kind of what it finds
 */
public final class Topic<T> {

    /** R1: whether datagrams reach the server and come back. */
    public static final Topic<Boolean> UDP = new Topic<>("udp", "UDP");
    /** R4: whether addresses are translated. */
    public static final Topic<Translation> TRANSLATION = new Topic<>("translation", "Translation");
    /** R5: whether the server sends from all of the addresses that it is asked to. */
    public static final Topic<Boolean> SERVER = new Topic<>("server", "Server usable");
    /** M1: which destinations share a mapping. */
    public static final Topic<Mapping> MAPPING = new Topic<>("mapping", "Mapping");
    /** F1 to F3: whose packets come in. */
    public static final Topic<Filtering> FILTERING = new Topic<>("filtering", "Filtering");
    /** F4: whether what one socket contacted may send to the others, too. */
    public static final Topic<Boolean> FILTER_PER_HOST = new Topic<>("filter-per-host", "Filter per host");
    /** M3 and M6: which external ports are picked. */
    public static final Topic<PortRule> PORTS = new Topic<>("ports", "Ports");
    /** H1 and H2: what happens to packets to the own external address. */
    public static final Topic<Hairpin> HAIRPIN = new Topic<>("hairpin", "Hairpin");
    /** L1: how long a mapping lasts after a single packet. */
    public static final Topic<Span> LIFETIME = new Topic<>("lifetime", "Lifetime");

    /** All of them, in the order of a report. */
    public static final List<Topic<?>> ALL =
            List.of(UDP, TRANSLATION, SERVER, MAPPING, FILTERING, FILTER_PER_HOST, PORTS, HAIRPIN, LIFETIME);

    private final String key;
    private final String title;

    private Topic(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** The name for programs, such as {@code filter-per-host}. */
    public String key() {
        return key;
    }

    /** The name for people. */
    public String title() {
        return title;
    }

    @Override
    public String toString() {
        return key;
    }
}
