package dev.postern.natsim.tester;

import dev.postern.stun.DecodeResult;
import dev.postern.stun.StreamFraming;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6), and through it one Binding. */
final class ProxyAsker {

    private static final long PATIENCE_NANOS = 30 * Bench.SECOND;
    private static final int MAX_BYTES = 8192;
    private static final int MAX_FRAME_BYTES = 2048;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})[ \\r\\n]");
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;

    /**
     * What the proxy did.
     *
     * @param status its answer, 100 to 599; 0 for none that is HTTP
     * @param answered whether STUN was answered through it
     */
    record Outcome(int status, boolean answered) {

        boolean connected() {
            return status >= SUCCESS && status < REDIRECTION;
        }

        @Override
        public String toString() {
            if (status == 0) {
                return "no answer of the proxy";
            }
            return "status " + status + (connected() ? answered ? ", STUN answers" : ", no STUN answers" : "");
        }
    }

    private final Bench bench;

    ProxyAsker(Bench bench) {
        this.bench = bench;
    }

    void ask(TransportAddress proxy, TransportAddress target, Consumer<Outcome> then) {
        new Question(target, then).begin(proxy);
    }

    private final class Question implements ProbeTcp.Events {

        private final TransportAddress target;
        private final Consumer<Outcome> then;
        private final TransactionId id = bench.newId();
        private final ByteBuffer received = ByteBuffer.allocate(MAX_BYTES);
        private @Nullable ProbeStream stream;
        private int status;
        private boolean done;

        Question(TransportAddress target, Consumer<Outcome> then) {
            this.target = target;
            this.then = then;
        }

        void begin(TransportAddress proxy) {
            stream = bench.connect(0, bench.freshPort(0), proxy, this);
            bench.after(stream == null ? 0 : PATIENCE_NANOS, () -> end(false));
        }

        @Override
        public void onOpen(long nowNanos) {
            String head = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + END_OF_HEAD;
            send(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        }

        private void send(ByteBuffer data) {
            if (stream != null) {
                stream.send(data);
            }
        }

        @Override
        public void onData(long nowNanos, ByteBuffer data) {
            if (data.remaining() > received.remaining()) {
                end(false);
                return;
            }
            received.put(data);
            if (status == 0) {
                onHead();
            } else {
                onFrame();
            }
        }

        private void onHead() {
            String text = new String(received.array(), 0, received.position(), StandardCharsets.ISO_8859_1);
            int end = text.indexOf(END_OF_HEAD);
            Matcher line = STATUS.matcher(text);
            if (end < 0) {
                return;
            }
            status = line.lookingAt() ? Integer.parseInt(line.group(1)) : 0;
            if (!new Outcome(status, false).connected()) {
                end(false);
                return;
            }
            received.flip().position(end + END_OF_HEAD.length());
            received.compact();
            send(Request.PLAIN.encode(id));
            onFrame();
        }

        private void onFrame() {
            ByteBuffer all = received.duplicate().flip();
            int length = StreamFraming.frameLength(all, MAX_FRAME_BYTES);
            if (length > 0) {
                StunMessage message = new StunMessage();
                end(message.decode(all.slice(0, length)) == DecodeResult.OK
                        && message.transactionId().equals(id));
            } else if (length == StreamFraming.INVALID) {
                end(false);
            }
        }

        @Override
        public void onEnd(long nowNanos, ProbeTcp.End end) {
            end(false);
        }

        private void end(boolean answered) {
            if (done) {
                return;
            }
            done = true;
            if (stream != null) {
                bench.close(stream);
            }
            then.accept(new Outcome(status, answered));
        }
    }
}
