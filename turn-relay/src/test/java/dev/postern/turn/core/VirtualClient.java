package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.stun.auth.TimeLimitedName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A client of a {@link VirtualServer} on one 5-tuple. */
final class VirtualClient {

    static final int UDP = 17 << 24;
    static final int TCP = 6 << 24;

    final FiveTuple path;
    private final VirtualServer server;
    private int shard;
    private String username = "alice";
    private String password = "alice's password";
    private ByteBuffer nonce = ByteBuffer.allocate(0);

    VirtualClient(VirtualServer server, TransportAddress address) {
        this(server, new FiveTuple(TransportProtocol.UDP, address, VirtualServer.LISTENER));
    }

    VirtualClient(VirtualServer server, FiveTuple path) {
        this.server = server;
        this.path = path;
    }

    /** Whose messages this shard's socket hears. */
    VirtualClient at(int heardBy) {
        shard = heardBy;
        return this;
    }

    VirtualClient as(String name) {
        username = name;
        password = name + "'s password";
        return this;
    }

    /** A time-limited user that is valid for so long from now. */
    VirtualClient timeLimited(String name, long seconds) {
        username = server.wallSeconds + seconds + ":" + name;
        password = SharedSecretCredentials.password("between us", username);
        return this;
    }

    /** A time-limited user of a room. */
    VirtualClient ofRoom(String name, String room, long seconds) {
        String tag = TimeLimitedName.roomTag("between us", room);
        return timeLimited(name + "#" + tag, seconds);
    }

    VirtualClient withPassword(String other) {
        password = other;
        return this;
    }

    TurnRequest.User user() {
        return new TurnRequest.User(username, "example.org", password, nonce);
    }

    /** Fetches a nonce as a client does, with a request that has no credentials. */
    VirtualClient challenged() {
        Reply challenge = only(exchange(TurnRequest.of(Method.ALLOCATE, TurnRequest.newId(), encoder -> {}, null)));
        assertThat(challenge.code()).isEqualTo(401);
        nonce = ByteBuffer.wrap(challenge.bytes(AttributeType.NONCE));
        return this;
    }

    /** An authenticated request and its one answer. */
    Reply request(Method method, Consumer<StunEncoder> attributes) {
        return only(exchange(signed(method, TurnRequest.newId(), attributes)));
    }

    ByteBuffer signed(Method method, TransactionId id, Consumer<StunEncoder> attributes) {
        if (!nonce.hasRemaining()) {
            challenged();
        }
        return TurnRequest.of(method, id, attributes, user());
    }

    Reply allocate() {
        return allocate(encoder -> {});
    }

    /** An Allocate for UDP with more attributes. */
    Reply allocate(Consumer<StunEncoder> more) {
        return request(Method.ALLOCATE, encoder -> {
            encoder.u32(AttributeType.REQUESTED_TRANSPORT, UDP);
            more.accept(encoder);
        });
    }

    /** Allocates and answers the relayed address. */
    TransportAddress allocated() {
        Reply reply = allocate();
        assertThat(reply.code()).isZero();
        return reply.relayed();
    }

    /** An Allocate for TCP with more attributes. */
    Reply allocateTcp(Consumer<StunEncoder> more) {
        return request(Method.ALLOCATE, encoder -> {
            encoder.u32(AttributeType.REQUESTED_TRANSPORT, TCP);
            more.accept(encoder);
        });
    }

    /** Allocates a TCP relay and answers its address. */
    TransportAddress allocatedTcp() {
        Reply reply = allocateTcp(encoder -> {});
        assertThat(reply.code()).isZero();
        return reply.relayed();
    }

    /** Asks for a connection with a peer; its answer comes when the peer's does. */
    List<ByteBuffer> connect(String peer) {
        return exchange(signed(
                Method.CONNECT,
                TurnRequest.newId(),
                encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, TransportAddress.parse(peer))));
    }

    Reply connectionBind(long id) {
        return request(Method.CONNECTION_BIND, encoder -> encoder.u32(AttributeType.CONNECTION_ID, id));
    }

    Reply refresh(long lifetimeSeconds) {
        return request(Method.REFRESH, encoder -> encoder.u32(AttributeType.LIFETIME, lifetimeSeconds));
    }

    Reply permit(TransportAddress... peers) {
        return request(Method.CREATE_PERMISSION, encoder -> {
            for (TransportAddress peer : peers) {
                encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer);
            }
        });
    }

    Reply permit(String peer) {
        return permit(TransportAddress.parse(peer));
    }

    Reply bind(int number, TransportAddress peer) {
        return request(
                Method.CHANNEL_BIND,
                encoder -> encoder.u32(AttributeType.CHANNEL_NUMBER, (long) number << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    void indicate(TransportAddress peer, byte[] payload) {
        push(TurnRequest.indication(
                Method.SEND,
                encoder ->
                        encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer).bytes(AttributeType.DATA, payload)));
    }

    void channelData(int number, byte[] payload) {
        ByteBuffer message = ByteBuffer.allocate(ChannelData.HEADER_BYTES + payload.length);
        ChannelData.putHeader(message, 0, number, payload.length);
        push(message.put(ChannelData.HEADER_BYTES, payload));
    }

    /** Sends bytes and answers all that came back. */
    List<ByteBuffer> exchange(ByteBuffer data) {
        push(data);
        return received();
    }

    void push(ByteBuffer data) {
        int position = data.position();
        int limit = data.limit();
        server.engines.get(shard).onClientData(server.now, path, data);
        assertThat(data.position()).isEqualTo(position);
        assertThat(data.limit()).isEqualTo(limit);
        server.settle();
    }

    /** The client's stream ends. */
    void closeStream() {
        server.engines.get(shard).onStreamClosed(server.now, path);
        server.settle();
    }

    /** What came to this client since the last call. */
    List<ByteBuffer> received() {
        List<ByteBuffer> mine = new ArrayList<>();
        server.output.toClients.removeIf(sent -> sent.path().equals(path) && mine.add(sent.message()));
        return mine;
    }

    static Reply only(List<ByteBuffer> replies) {
        assertThat(replies).hasSize(1);
        return new Reply(replies.get(0));
    }

    /** The one Data indication that came since the last call. */
    Reply dataIndication() {
        Reply indication = only(received());
        assertThat(indication.message.messageClass()).isEqualTo(MessageClass.INDICATION);
        assertThat(indication.message.method()).isEqualTo(Method.DATA);
        return indication;
    }
}
