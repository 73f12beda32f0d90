package dev.postern.natsim.tester;

import dev.postern.stun.DecodeResult;
import dev.postern.stun.StreamFraming;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens a TCP connection and asks one Binding over it (RFC 8489 section 6.2.2). */
final class StreamAsker {

    private static final long CONNECT_NANOS = 20 * Bench.SECOND;
    private static final long ANSWER_NANOS = 10 * Bench.SECOND;
    private static final int MAX_ANSWER_BYTES = 2048;

    /** What came of it. */
    enum Kind {
        /** The server answered. */
        ANSWERED,
        /** The connection was open, and no STUN came. */
        OPEN,
        REFUSED,
        SILENT,
        /** There was no socket for it. */
        FAILED
    }

    /**
     * How it ended.
     *
     * @param seen where the server saw it come from; null unless answered
     * @param stream the connection, still open; null unless answered
     */
    record Reply(
            Kind kind,
            @Nullable TransportAddress seen,
            @Nullable ProbeStream stream) {
        static Reply without(Kind kind) {
            return new Reply(kind, null, null);
        }
    }

    private final Bench bench;

    StreamAsker(Bench bench) {
        this.bench = bench;
    }

    /** Asks from a local port of the first machine; who is answered closes the connection. */
    void ask(int port, TransportAddress to, Consumer<Reply> then) {
        new Question(then).begin(port, to);
    }

    private final class Question implements ProbeTcp.Events {

        private final Consumer<Reply> then;
        private final ByteBuffer received = ByteBuffer.allocate(MAX_ANSWER_BYTES);
        private final TransactionId id = bench.newId();
        private @Nullable ProbeStream stream;
        private boolean open;
        private boolean done;

        Question(Consumer<Reply> then) {
            this.then = then;
        }

        void begin(int port, TransportAddress to) {
            stream = bench.connect(0, port, to, this);
            if (stream == null) {
                bench.after(0, () -> end(Reply.without(Kind.FAILED)));
            } else {
                bench.after(CONNECT_NANOS, () -> {
                    if (!open) {
                        end(Reply.without(Kind.SILENT));
                    }
                });
            }
        }

        @Override
        public void onOpen(long nowNanos) {
            open = true;
            if (stream != null) {
                stream.send(Request.PLAIN.encode(id));
            }
            bench.after(ANSWER_NANOS, () -> end(Reply.without(Kind.OPEN)));
        }

        @Override
        public void onData(long nowNanos, ByteBuffer data) {
            if (done || data.remaining() > received.remaining()) {
                end(Reply.without(Kind.OPEN));
                return;
            }
            received.put(data);
            ByteBuffer all = received.duplicate().flip();
            int length = StreamFraming.frameLength(all, MAX_ANSWER_BYTES);
            if (length == StreamFraming.INVALID) {
                end(Reply.without(Kind.OPEN));
            } else if (length > 0) {
                StunMessage message = new StunMessage();
                ByteBuffer frame = all.slice(0, length);
                boolean ours = message.decode(frame) == DecodeResult.OK
                        && message.transactionId().equals(id);
                ProbeStream at = stream;
                TransportAddress seen = ours ? Arrival.seenIn(message) : null;
                end(seen == null || at == null ? Reply.without(Kind.OPEN) : new Reply(Kind.ANSWERED, seen, at));
            }
        }

        @Override
        public void onEnd(long nowNanos, ProbeTcp.End end) {
            end(Reply.without(open ? Kind.OPEN : end == ProbeTcp.End.REFUSED ? Kind.REFUSED : Kind.SILENT));
        }

        private void end(Reply reply) {
            if (done) {
                return;
            }
            done = true;
            if (reply.stream() == null && stream != null) {
                bench.close(stream);
            }
            then.accept(reply);
        }
    }
}
