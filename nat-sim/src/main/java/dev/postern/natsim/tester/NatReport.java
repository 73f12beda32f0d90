package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a test found out, with all that was seen. Immutable. */
public final class NatReport {

    private final TransportAddress server;
    private final Map<Topic<?>, Finding<?>> findings;
    private final List<String> anomalies;
    private final List<Observation> observations;
    private final long unrecorded;

    NatReport(
            TransportAddress server,
            Map<Topic<?>, Finding<?>> findings,
            List<String> anomalies,
            List<Observation> observations,
            long unrecorded) {
        this.server = server;
        this.findings = new LinkedHashMap<>(findings);
        this.anomalies = List.copyOf(anomalies);
        this.observations = List.copyOf(observations);
        this.unrecorded = unrecorded;
    }

    /** The address that was asked. */
    public TransportAddress server() {
        return server;
    }

    /** What was found about a topic. */
    @SuppressWarnings("unchecked") // Facts puts only findings of the topic's type
    public <T> Finding<T> find(Topic<T> topic) {
        Finding<?> found = findings.get(topic);
        return found == null ? Finding.notMeasurable("it was not tried") : (Finding<T>) found;
    }

    /** What it means for calls and games, a sentence each, without the words of RFCs. */
    public List<String> meaning() {
        return Meaning.of(this);
    }

    /** What is unlike any behaviour that RFC 4787 describes, or forbidden by it; a sentence each. */
    public List<String> anomalies() {
        return anomalies;
    }

    /** All that was seen, in the order of time. */
    public List<Observation> observations() {
        return observations;
    }

    /** How many further observations were not kept. */
    public long unrecorded() {
        return unrecorded;
    }
}
