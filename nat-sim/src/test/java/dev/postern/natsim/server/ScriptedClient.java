package dev.postern.natsim.server;

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
import dev.postern.stun.auth.Integrity;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.PasswordAlgorithm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** A STUN and TURN client that does what a test tells it, without a random bit of its own. */
final class ScriptedClient {

    static final String REALM = "natsim";
    static final String USER = "alice";
    static final String PASSWORD = "secret";
    private static final long UDP = 17L << 24;

    /** What came back, in words: class, method, and the address or code in it. */
    final List<String> heard = new ArrayList<>();

    private final UdpPort port;
    private final TransportAddress server;
    private ByteBuffer nonce = ByteBuffer.allocate(0);
    private ByteBuffer ticket = ByteBuffer.allocate(0);
    private int requests;

    ScriptedClient(Host host, int localPort, TransportAddress server) {
        this.server = server;
        this.port = host.open(localPort, (now, from, data) -> onDatagram(data));
    }

    void bind() {
        port.send(server, begin(MessageClass.REQUEST, Method.BINDING).finish());
    }

    void allocateWithoutCredentials() {
        port.send(
                server,
                begin(MessageClass.REQUEST, Method.ALLOCATE)
                        .u32(AttributeType.REQUESTED_TRANSPORT, UDP)
                        .finish());
    }

    void allocate() {
        request(Method.ALLOCATE, encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, UDP));
    }

    /** Allocates with mobility (RFC 8016); its ticket comes in the answer. */
    void allocateToMove() {
        request(
                Method.ALLOCATE,
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, UDP).flag(AttributeType.MOBILITY_TICKET));
    }

    /** Comes from here with another 5-tuple's ticket. */
    void resume(ByteBuffer ticketOfBefore) {
        request(Method.REFRESH, encoder -> encoder.bytes(AttributeType.MOBILITY_TICKET, ticketOfBefore.duplicate()));
    }

    /** The last ticket that came. */
    ByteBuffer ticket() {
        return ticket;
    }

    void permit(TransportAddress peer) {
        request(Method.CREATE_PERMISSION, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    void indicate(TransportAddress peer, String text) {
        port.send(
                server,
                begin(MessageClass.INDICATION, Method.SEND)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                        .bytes(AttributeType.DATA, StandardCharsets.US_ASCII.encode(text))
                        .finish());
    }

    void send(ByteBuffer bytes) {
        port.send(server, bytes);
    }

    private void request(Method method, Consumer<StunEncoder> attributes) {
        StunEncoder encoder = begin(MessageClass.REQUEST, method);
        attributes.accept(encoder);
        encoder.text(AttributeType.USERNAME, USER)
                .text(AttributeType.REALM, REALM)
                .bytes(AttributeType.NONCE, nonce.duplicate());
        LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, USER, REALM, PASSWORD);
        port.send(
                server,
                new Integrity().sign(encoder, IntegrityAlgorithm.SHA1, key).finish());
    }

    private StunEncoder begin(MessageClass messageClass, Method method) {
        return new StunEncoder()
                .begin(ByteBuffer.allocate(1000), messageClass, method, TransactionId.of(1, ++requests));
    }

    private void onDatagram(ByteBuffer data) {
        StunMessage message = new StunMessage();
        if (message.decode(data) != DecodeResult.OK) {
            heard.add(data.remaining() + " other bytes");
            return;
        }
        if (message.has(AttributeType.NONCE)) {
            nonce = message.slice(message.indexOf(AttributeType.NONCE));
        }
        if (message.has(AttributeType.MOBILITY_TICKET)) {
            ticket = message.slice(message.indexOf(AttributeType.MOBILITY_TICKET));
        }
        heard.add(message.messageClass() + " " + message.method() + details(message));
    }

    private static String details(StunMessage message) {
        if (message.has(AttributeType.ERROR_CODE)) {
            return " " + message.errorCode(message.indexOf(AttributeType.ERROR_CODE));
        }
        if (message.has(AttributeType.DATA)) {
            return " " + address(message, AttributeType.XOR_PEER_ADDRESS) + " "
                    + StandardCharsets.US_ASCII.decode(message.slice(message.indexOf(AttributeType.DATA)));
        }
        StringBuilder details = new StringBuilder();
        for (int type : List.of(AttributeType.XOR_RELAYED_ADDRESS, AttributeType.XOR_MAPPED_ADDRESS)) {
            if (message.has(type)) {
                details.append(" ").append(address(message, type));
            }
        }
        return details.toString();
    }

    private static TransportAddress address(StunMessage message, int type) {
        return Objects.requireNonNull(message.xorAddress(message.indexOf(type)));
    }
}
