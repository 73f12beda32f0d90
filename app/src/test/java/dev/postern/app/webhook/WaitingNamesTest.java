package dev.postern.app.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queue of a webhook, which is fair between sources. */
class WaitingNamesTest {

    private static final IpAddress A = IpAddress.parse("192.0.2.1");
    private static final IpAddress B = IpAddress.parse("2001:db8::");
    private static final IpAddress C = IpAddress.parse("192.0.2.3");

    private final WaitingNames names = new WaitingNames(4);

    private List<String> polled() {
        List<String> all = new ArrayList<>();
        for (String name = names.poll(); name != null; name = names.poll()) {
            all.add(name);
        }
        assertThat(names.size()).isZero();
        return all;
    }

    @Test
    void sourcesTakeTurnsAndEachHasItsOwnOrder() {
        names.add(A, "a1");
        names.add(A, "a2");
        names.add(A, "a3");
        names.add(B, "b1");

        assertThat(polled()).containsExactly("a1", "b1", "a2", "a3");
    }

    @Test
    void nameWaitsOnceForEachSourceAndGoesForAll() {
        names.add(A, "ann");
        assertThat(names.add(A, "ann")).isTrue();
        names.add(B, "ann");
        names.add(B, "b1");
        assertThat(names.size()).isEqualTo(3);
        names.remove("ann");

        assertThat(polled()).containsExactly("b1");
    }

    @Test
    void fullQueueMakesRoomForWhoHasLessAndNotForWhoHasMost() {
        names.add(A, "a1");
        names.add(A, "a2");
        names.add(A, "a3");
        assertThat(names.add(A, "a4")).isTrue();
        assertThat(names.add(A, "a5")).isFalse();
        assertThat(names.add(B, "b1")).isFalse();
        assertThat(names.add(C, "c1")).isFalse();
        assertThat(names.add(C, "c2")).as("would have as many as A").isFalse();

        assertThat(polled()).containsExactly("a1", "b1", "c1", "a2");
    }
}
