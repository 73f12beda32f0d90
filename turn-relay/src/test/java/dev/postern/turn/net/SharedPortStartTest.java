package dev.postern.turn.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import dev.postern.transport.BindFailedException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When the start of a relay with shared ports is over, and how, also where clients ask for a port before it. */
class SharedPortStartTest {

    private static final TransportAddress BIND = TransportAddress.parse("192.0.2.1:49152");

    private final SharedPortStart start = new SharedPortStart();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    @Test
    void startWithoutSharedPortsIsOverAtOnce() {
        start.forgetFailure();
        assertThat(start.allAsked(done)).isTrue();
        assertThat(done).isCompleted();
    }

    @Test
    void startWaitsAlsoForAPortThatAClientAskedForBefore() {
        start.asked("early", BIND);
        start.forgetFailure();
        start.asked("other", BIND);
        assertThat(start.allAsked(done)).isFalse();
        assertThat(start.bound("other")).isFalse();

        assertThat(start.failed("early", "in use")).isTrue();

        assertThat(done).isCompletedExceptionally();
        assertThat(done.handle((nothing, failure) -> failure))
                .isCompletedWithValueMatching(failure -> failure instanceof BindFailedException
                        && "udp://192.0.2.1:49152 cannot be bound: in use".equals(failure.getMessage()));
    }

    @Test
    void failureBeforeTheStartDoesNotCount() {
        start.asked("port", BIND);
        assertThat(start.failed("port", "in use")).isFalse();
        start.forgetFailure();
        start.asked("port", BIND);
        assertThat(start.allAsked(done)).isFalse();

        assertThat(start.bound("port")).isTrue();

        assertThat(done).isCompleted();
        assertThat(done).isNotCompletedExceptionally();
    }

    @Test
    void otherSocketsDoNotCount() {
        start.forgetFailure();
        start.asked("port", BIND);
        assertThat(start.allAsked(done)).isFalse();
        assertThat(start.failed("side port", "in use")).isFalse();

        assertThat(start.bound("port")).isTrue();

        assertThat(done).isNotCompletedExceptionally();
    }
}
