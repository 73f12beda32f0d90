package dev.postern.natsim.prediction;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A UDP socket of a peer: asks STUN, sends probes that carry their number, and answers those that come in. */
final class Socket {

    private static final int BYTES = 64;
    private static final int PROBE = 1;
    private static final int ANSWER = 2;
    private static final int PROBE_BYTES = 2 * Integer.BYTES;

    private final UdpPort port;
    private final IntConsumer onAnswer;
    private @Nullable TransportAddress mapped;

    /**
     * Opens it.
     *
     * @param onAnswer hears the numbers of the probes that were answered
     */
    Socket(Host host, IntConsumer onAnswer) {
        this.onAnswer = onAnswer;
        this.port = host.open(0, (now, from, data) -> onDatagram(from, data));
    }

    /** Asks a STUN server, whose answer {@link #mapped} then gives. */
    void ask(TransportAddress server) {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        TransactionId id = TransactionId.of(PROBE, port.address().port());
        port.send(
                server,
                new StunEncoder()
                        .begin(out, MessageClass.REQUEST, Method.BINDING, id)
                        .finish());
    }

    /** What the STUN server saw this socket as; null if it has not answered. */
    @Nullable
    TransportAddress mapped() {
        return mapped;
    }

    /** Sends a probe; it also opens the sender's own NAT for an answer. */
    void probe(TransportAddress to, int number) {
        send(to, PROBE, number);
    }

    private void send(TransportAddress to, int kind, int number) {
        ByteBuffer data =
                ByteBuffer.allocate(PROBE_BYTES).putInt(kind).putInt(number).flip();
        port.send(to, data);
    }

    private void onDatagram(TransportAddress from, ByteBuffer data) {
        if (data.remaining() > PROBE_BYTES) {
            StunMessage message = new StunMessage();
            if (message.decode(data) == DecodeResult.OK && message.has(AttributeType.XOR_MAPPED_ADDRESS)) {
                mapped = message.xorAddress(message.indexOf(AttributeType.XOR_MAPPED_ADDRESS));
            }
        } else if (data.getInt(data.position()) == PROBE) {
            send(from, ANSWER, data.getInt(data.position() + Integer.BYTES));
        } else {
            onAnswer.accept(data.getInt(data.position() + Integer.BYTES));
        }
    }
}
