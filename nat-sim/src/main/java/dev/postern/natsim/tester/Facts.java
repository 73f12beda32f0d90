package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known so far: the server's addresses and what was found. One owner thread. */
final class Facts {

    private static final int MAX_ANOMALIES = 64;

    /** P1, the address that was given. */
    final TransportAddress p1;

    private final Map<Topic<?>, Finding<?>> findings = new LinkedHashMap<>();
    private final List<String> anomalies = new ArrayList<>();
    private @Nullable TransportAddress q2;

    Facts(TransportAddress p1) {
        this.p1 = p1;
    }

    /** The server has named its other address and port. */
    void other(TransportAddress other) {
        q2 = other;
    }

    boolean hasOther() {
        return q2 != null;
    }

    TransportAddress q2() {
        if (q2 == null) {
            throw new IllegalStateException("the server has one address");
        }
        return q2;
    }

    TransportAddress p2() {
        return TransportAddress.of(p1.ip(), q2().port());
    }

    TransportAddress q1() {
        return TransportAddress.of(q2().ip(), p1.port());
    }

    /** P1, P2, Q1, Q2. */
    List<TransportAddress> all() {
        return List.of(p1, p2(), q1(), q2());
    }

    String nameOf(TransportAddress address) {
        if (address.equals(p1)) {
            return "P1";
        }
        if (q2 == null) {
            return address.toString();
        }
        if (address.equals(p2())) {
            return "P2";
        }
        if (address.equals(q1())) {
            return "Q1";
        }
        return address.equals(q2) ? "Q2" : address.toString();
    }

    <T> void found(Topic<T> topic, Finding<T> finding) {
        findings.put(topic, finding);
    }

    /** There is nothing to be found out about a topic, of whatever type. */
    void notMeasurable(Topic<?> topic, String reason) {
        findings.put(topic, Finding.notMeasurable(reason));
    }

    @SuppressWarnings("unchecked") // found puts only findings of the topic's type
    <T> Finding<T> find(Topic<T> topic) {
        Finding<?> found = findings.get(topic);
        return found == null ? Finding.notMeasurable("it was not tried") : (Finding<T>) found;
    }

    boolean isKnown(Topic<?> topic) {
        return findings.containsKey(topic);
    }

    void anomaly(String sentence) {
        if (anomalies.size() < MAX_ANOMALIES && !anomalies.contains(sentence)) {
            anomalies.add(sentence);
        }
    }

    NatReport report(Bench bench) {
        return new NatReport(p1, findings, anomalies, bench.observations(), bench.unrecorded());
    }
}
