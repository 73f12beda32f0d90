package dev.postern.natsim.tester;

import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.natsim.portmap.HttpReader;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks one thing over HTTP and a connection of its own, within bounds of bytes and time; it goes nowhere else for the answer. */
final class HttpAsker {

    /** For all of it, however slowly it comes. */
    private static final long PATIENCE_NANOS = 5 * Bench.SECOND;

    private static final int REDIRECTION = 300;
    private static final int CLIENT_ERROR = 400;

    /**
     * What came of it.
     *
     * @param response null for none
     * @param trouble why there is none, for a person; empty if there is one
     */
    record Reply(@Nullable HttpMessage response, String trouble) {}

    private final Bench bench;

    HttpAsker(Bench bench) {
        this.bench = bench;
    }

    void ask(TransportAddress to, HttpMessage request, Consumer<Reply> then) {
        new Question(request, then).begin(to);
    }

    private final class Question implements ProbeTcp.Events {

        private final HttpMessage request;
        private final Consumer<Reply> then;
        private final HttpReader reader = new HttpReader();
        private @Nullable ProbeStream stream;
        private boolean done;

        Question(HttpMessage request, Consumer<Reply> then) {
            this.request = request;
            this.then = then;
        }

        void begin(TransportAddress to) {
            stream = bench.connect(0, bench.freshPort(0), to, this);
            String trouble = stream == null ? "no connection could be made" : "it did not answer within 5 s";
            bench.after(stream == null ? 0 : PATIENCE_NANOS, () -> end(new Reply(null, trouble)));
        }

        @Override
        public void onOpen(long nowNanos) {
            if (stream != null) {
                stream.send(request.encode());
            }
        }

        @Override
        public void onData(long nowNanos, ByteBuffer data) {
            onState(reader.onData(data));
        }

        @Override
        public void onEnd(long nowNanos, ProbeTcp.End end) {
            if (end == ProbeTcp.End.CLOSED) {
                onState(reader.onEnd());
            } else {
                end(new Reply(null, "it takes no connection"));
            }
        }

        private void onState(HttpReader.State state) {
            switch (state) {
                case MORE -> {}
                case DONE -> onResponse(reader.message());
                case MALFORMED -> end(new Reply(null, "its answer is no HTTP"));
                case TOO_LONG -> end(new Reply(null, "its answer is too long"));
            }
        }

        private void onResponse(@Nullable HttpMessage response) {
            int status = response == null ? 0 : response.status();
            if (status == 0) {
                end(new Reply(null, "its answer is no HTTP"));
            } else if (status >= REDIRECTION && status < CLIENT_ERROR) {
                end(new Reply(null, "it sends elsewhere (" + status + "), where nothing is fetched"));
            } else {
                end(new Reply(response, ""));
            }
        }

        private void end(Reply reply) {
            if (done) {
                return;
            }
            done = true;
            if (stream != null) {
                bench.close(stream);
            }
            then.accept(reply);
        }
    }
}
