package dev.postern.natsim.scenario.run;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TURN client without a random bit of its own: allocates once, permits each peer once, and sends what waited for that. A
 * request is sent again as in RFC 8489 section 6.2.1; nothing is refreshed, so an allocation lasts its ten minutes and a
 * permission its five (RFC 8656 sections 3.2 and 9). Owned by the thread that runs the network.
 */
final class RelayClient {

    private static final int MAX_MESSAGE = 66_000;
    private static final int MAX_WAITING = 10_000;
    private static final long UDP = 17L << 24;
    private static final long FIRST_RTO_NANOS = 500_000_000;
    private static final int SENDS = 7;
    private static final int UNAUTHENTICATED = 401;

    /** Something to send once the peer is permitted. */
    private record Waiting(TransportAddress peer, Runnable send) {}

    /** A request that has no answer yet. */
    private record Pending(TransactionId id, ByteBuffer bytes, Consumer<StunMessage> onAnswer) {}

    private final VirtualNet net;
    private final UdpPort port;
    private final TransportAddress server;
    private final String user;
    private final String password;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Deque<Runnable> requests = new ArrayDeque<>();
    private final Set<TransportAddress> permitted = new HashSet<>();
    private final Set<TransportAddress> asked = new HashSet<>();
    private ByteBuffer nonce = ByteBuffer.allocate(0);
    private String realm = "";
    private @Nullable Pending pending;
    private @Nullable TransportAddress relayed;
    private boolean begun;
    private String failure = "its allocation has no answer";
    private int transactions;

    RelayClient(VirtualNet net, UdpPort port, TransportAddress server, String user, String password) {
        this.net = net;
        this.port = port;
        this.server = server;
        this.user = user;
        this.password = password;
    }

    /** The relayed transport address; null while there is none. */
    @Nullable
    TransportAddress relayed() {
        return relayed;
    }

    /** Why what waits has not been sent. */
    String failure() {
        return failure;
    }

    /**
     * Sends a payload to a peer through the relay, once it may.
     *
     * @param before called just before the packet leaves
     */
    void send(TransportAddress peer, ByteBuffer payload, Runnable before) {
        Runnable send = () -> {
            before.run();
            port.send(
                    server,
                    begin(MessageClass.INDICATION, Method.SEND)
                            .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                            .bytes(AttributeType.DATA, payload)
                            .finish());
        };
        if (permitted.contains(peer)) {
            send.run();
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(new Waiting(peer, send));
            permit(peer);
        }
    }

    /** Allocates, if it has not yet, so that the relayed address is there when others ask for it. */
    void allocate() {
        if (!begun) {
            begun = true;
            request(Method.ALLOCATE, RelayClient::askForUdp, this::onAllocated);
        }
    }

    private void permit(TransportAddress peer) {
        allocate();
        if (asked.add(peer)) {
            request(
                    Method.CREATE_PERMISSION,
                    encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer),
                    answer -> onPermitted(answer, peer));
        }
    }

    private static void askForUdp(StunEncoder encoder) {
        encoder.u32(AttributeType.REQUESTED_TRANSPORT, UDP);
    }

    private void onAllocated(StunMessage answer) {
        if (answer.messageClass() == MessageClass.SUCCESS_RESPONSE) {
            relayed = answer.xorAddress(answer.indexOf(AttributeType.XOR_RELAYED_ADDRESS));
            failure = "its permission has no answer";
        } else {
            failure = "its allocation was refused with " + code(answer);
            requests.clear();
        }
    }

    private void onPermitted(StunMessage answer, TransportAddress peer) {
        if (answer.messageClass() != MessageClass.SUCCESS_RESPONSE) {
            failure = "its permission for " + peer + " was refused with " + code(answer);
            return;
        }
        permitted.add(peer);
        for (int i = waiting.size(); i > 0; i--) {
            Waiting one = waiting.remove();
            if (one.peer().equals(peer)) {
                one.send().run();
            } else {
                waiting.add(one);
            }
        }
    }

    private static int code(StunMessage answer) {
        return answer.has(AttributeType.ERROR_CODE) ? answer.errorCode(answer.indexOf(AttributeType.ERROR_CODE)) : 0;
    }

    /** One request at a time; the next begins when the one before has its answer. */
    private void request(Method method, Consumer<StunEncoder> attributes, Consumer<StunMessage> onAnswer) {
        requests.addLast(() -> begin(method, attributes, onAnswer));
        if (pending == null) {
            next();
        }
    }

    private void begin(Method method, Consumer<StunEncoder> attributes, Consumer<StunMessage> onAnswer) {
        StunEncoder encoder = begin(MessageClass.REQUEST, method);
        attributes.accept(encoder);
        boolean signs = !realm.isEmpty();
        Pending request =
                new Pending(TransactionId.of(1, transactions), signs ? signed(encoder) : encoder.finish(), answer -> {
                    if (!signs && code(answer) == UNAUTHENTICATED) {
                        realm = realmOf(answer);
                        requests.addFirst(() -> begin(method, attributes, onAnswer));
                    } else {
                        onAnswer.accept(answer);
                    }
                });
        pending = request;
        transmit(request, FIRST_RTO_NANOS, SENDS);
    }

    private static String realmOf(StunMessage answer) {
        String text = answer.has(AttributeType.REALM) ? answer.text(answer.indexOf(AttributeType.REALM)) : null;
        return text == null ? "" : text;
    }

    private void next() {
        Runnable request = requests.poll();
        if (request != null) {
            request.run();
        }
    }

    private void transmit(Pending request, long rtoNanos, int sendsLeft) {
        if (pending != null && pending.id().equals(request.id()) && sendsLeft > 0) {
            port.send(server, request.bytes().duplicate());
            net.at(net.nowNanos() + rtoNanos, () -> transmit(request, 2 * rtoNanos, sendsLeft - 1));
        }
    }

    private ByteBuffer signed(StunEncoder encoder) {
        encoder.text(AttributeType.USERNAME, user)
                .text(AttributeType.REALM, realm)
                .bytes(AttributeType.NONCE, nonce.duplicate());
        LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, user, realm, password);
        return new Integrity().sign(encoder, IntegrityAlgorithm.SHA1, key).finish();
    }

    private StunEncoder begin(MessageClass messageClass, Method method) {
        return new StunEncoder()
                .begin(ByteBuffer.allocate(MAX_MESSAGE), messageClass, method, TransactionId.of(1, ++transactions));
    }

    /** An answer of the server; what it was not asked is left alone. */
    void onMessage(StunMessage message) {
        Pending request = pending;
        if (request == null || !request.id().equals(message.transactionId())) {
            return;
        }
        pending = null;
        if (message.has(AttributeType.NONCE)) {
            nonce = copy(message.slice(message.indexOf(AttributeType.NONCE)));
        }
        request.onAnswer().accept(message);
        if (pending == null) {
            next();
        }
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    /** Some text as a payload of at least some bytes. */
    static ByteBuffer payload(String text, int bytes) {
        byte[] written = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(Math.max(bytes, written.length));
        payload.put(0, written);
        return payload;
    }
}
