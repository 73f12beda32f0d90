package dev.postern.natsim.explore;

import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.Integrity;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.PasswordAlgorithm;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The agent's side of STUN and TURN in the model: asks who it is, allocates, and permits peers. Over UDP each request is sent
 * {@value #SENDS} times, the first two {@value #RTO_MILLIS} ms apart and each of the others as much longer; over TCP it is waited for as long, unrepeated. Draws nothing at random. Owned by the thread that runs the network.
 */
final class TurnClient {

    private static final int RTO_MILLIS = 500;
    /** RFC 8489 section 6.2.1: Rc. */
    private static final int SENDS = 7;

    private static final long MILLI = 1_000_000;
    private static final long UDP = 17L << 24;
    private static final long IPV6 = 2L << 24;
    private static final int OVER_UDP = 1;
    private static final int OVER_TCP = 4;

    private final VirtualNet net;
    private final boolean repeats;
    private final int transactions;
    private final Consumer<ByteBuffer> wire;
    private final ModelServer server;
    private final LongTermKey key;
    private final Map<TransactionId, Consumer<@Nullable StunMessage>> waiting = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(1200);
    private final Integrity integrity = new Integrity();
    private ByteBuffer nonce = ByteBuffer.allocate(0);
    private long requests;

    private TurnClient(VirtualNet net, boolean repeats, Consumer<ByteBuffer> wire, ModelServer server) {
        this.net = net;
        this.repeats = repeats;
        this.transactions = repeats ? OVER_UDP : OVER_TCP;
        this.wire = wire;
        this.server = server;
        this.key = LongTermKey.of(PasswordAlgorithm.MD5, server.user(), server.realm(), server.password());
    }

    static TurnClient overUdp(VirtualNet net, UdpPort port, ModelServer server) {
        return new TurnClient(net, true, message -> port.send(server.udp(), message), server);
    }

    /** Over a connection that is open. */
    static TurnClient overTcp(VirtualNet net, TcpConnection connection, ModelServer server) {
        return new TurnClient(net, false, connection::send, server);
    }

    boolean isOverTcp() {
        return !repeats;
    }

    /** Asks for the server-reflexive address; null comes if there is no answer. */
    void bind(Consumer<@Nullable TransportAddress> answer) {
        TransactionId id = nextId();
        request(
                id,
                encoder(MessageClass.REQUEST, Method.BINDING, id).finish(),
                response -> answer.accept(address(response, AttributeType.XOR_MAPPED_ADDRESS)));
    }

    /** Asks for a relayed address; null comes if there is no answer or none is given. */
    void allocate(Consumer<@Nullable TransportAddress> answer) {
        TransactionId id = nextId();
        ByteBuffer first =
                asked(encoder(MessageClass.REQUEST, Method.ALLOCATE, id)).finish();
        request(id, first, challenge -> {
            if (challenge == null || !challenge.has(AttributeType.NONCE)) {
                answer.accept(null);
                return;
            }
            nonce = copy(challenge.slice(challenge.indexOf(AttributeType.NONCE)));
            authenticated(
                    Method.ALLOCATE,
                    this::asked,
                    response -> answer.accept(address(response, AttributeType.XOR_RELAYED_ADDRESS)));
        });
    }

    /** Asks that the relay takes and passes packets of a peer's IP address; says whether it will. */
    void permit(TransportAddress peer, Consumer<Boolean> answer) {
        authenticated(
                Method.CREATE_PERMISSION,
                encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer),
                response ->
                        answer.accept(response != null && response.messageClass() == MessageClass.SUCCESS_RESPONSE));
    }

    /** Sends to a peer from the relayed address. */
    void relay(TransportAddress peer, ByteBuffer data) {
        wire.accept(encoder(MessageClass.INDICATION, Method.SEND, nextId())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                .bytes(AttributeType.DATA, data)
                .finish());
    }

    /** Takes a response of the server to a request of this client; false for any other message. */
    boolean onMessage(StunMessage message) {
        Consumer<@Nullable StunMessage> waiter = waiting.remove(message.transactionId());
        if (waiter != null) {
            waiter.accept(message);
        }
        return waiter != null;
    }

    private StunEncoder asked(StunEncoder encoder) {
        encoder.u32(AttributeType.REQUESTED_TRANSPORT, UDP);
        if (!server.udp().ip().isIpv4()) {
            encoder.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV6);
        }
        return encoder;
    }

    private void authenticated(
            Method method, Consumer<StunEncoder> attributes, Consumer<@Nullable StunMessage> answer) {
        TransactionId id = nextId();
        StunEncoder encoder = encoder(MessageClass.REQUEST, method, id);
        attributes.accept(encoder);
        encoder.text(AttributeType.USERNAME, server.user())
                .text(AttributeType.REALM, server.realm())
                .bytes(AttributeType.NONCE, nonce.duplicate());
        request(id, integrity.sign(encoder, IntegrityAlgorithm.SHA1, key).finish(), answer);
    }

    private void request(TransactionId id, ByteBuffer message, Consumer<@Nullable StunMessage> answer) {
        waiting.put(id, answer);
        send(id, copy(message), 1);
    }

    private void send(TransactionId id, ByteBuffer message, int number) {
        if (!waiting.containsKey(id)) {
            return;
        }
        if (number > SENDS) {
            waiting.remove(id).accept(null);
            return;
        }
        if (number == 1 || repeats) {
            wire.accept(message.duplicate());
        }
        net.at(net.nowNanos() + number * (long) RTO_MILLIS * MILLI, () -> send(id, message, number + 1));
    }

    private TransactionId nextId() {
        return TransactionId.of(transactions, ++requests);
    }

    private StunEncoder encoder(MessageClass messageClass, Method method, TransactionId id) {
        return new StunEncoder().begin(buffer.clear(), messageClass, method, id);
    }

    private static @Nullable TransportAddress address(@Nullable StunMessage message, int type) {
        return message == null || !message.has(type) ? null : message.xorAddress(message.indexOf(type));
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
