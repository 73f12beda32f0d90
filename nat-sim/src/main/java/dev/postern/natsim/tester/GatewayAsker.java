package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks the gateway again, each time after twice the wait (RFC 6886 section 3.1), until it answers or is given up. */
final class GatewayAsker {

    private static final int SENDS = 4;

    private final Bench bench;
    private final ProbeSocket socket;
    private final TransportAddress gateway;
    private final long firstWaitNanos;

    /** One with the given patience for the server; the gateway is nearer, and waited for half as long (RFC 6886: 250 ms). */
    GatewayAsker(Bench bench, ProbeSocket socket, TransportAddress gateway, Duration patience) {
        this.bench = bench;
        this.socket = socket;
        this.gateway = gateway;
        this.firstWaitNanos = patience.toNanos() / 2;
    }

    /**
     * Asks one thing; one at a time.
     *
     * @param decode makes an answer of a datagram, or null if it is none
     * @param then given the first answer, or null if none came
     */
    <T> void ask(ByteBuffer request, Function<ByteBuffer, @Nullable T> decode, Consumer<@Nullable T> then) {
        new Ask<>(request, decode, then).begin();
    }

    private final class Ask<T> {
        private final ByteBuffer request;
        private final Function<ByteBuffer, @Nullable T> decode;
        private final Consumer<@Nullable T> then;
        private int sends;
        private boolean done;

        Ask(ByteBuffer request, Function<ByteBuffer, @Nullable T> decode, Consumer<@Nullable T> then) {
            this.request = request;
            this.decode = decode;
            this.then = then;
        }

        void begin() {
            bench.expectFrom(socket, gateway, this::onDatagram);
            send();
        }

        private void send() {
            if (done) {
                return;
            }
            if (sends == SENDS) {
                end(null);
                return;
            }
            socket.send(gateway, request.duplicate());
            bench.after(firstWaitNanos << sends++, this::send);
        }

        private void onDatagram(ByteBuffer data) {
            T answer = done ? null : decode.apply(data);
            if (answer != null) {
                end(answer);
            }
        }

        private void end(@Nullable T answer) {
            done = true;
            then.accept(answer);
        }
    }
}
