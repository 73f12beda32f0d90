package dev.postern.conformance;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client of the server under test, on one 5-tuple. The methods at the bottom speak TURN as a client should, with credentials and
 * retransmissions; those at the top send and see single messages.
 */
public final class Client extends ClientMessages {

    /** REQUESTED-TRANSPORT for UDP: protocol 17 in the first byte. */
    public static final long UDP = 17L << 24;

    private final Bench bench;
    private final String name;
    private final Wire wire;
    private final Deque<Arrival> inbox = new ArrayDeque<>();
    private @Nullable Login login;
    private boolean mayHoldAllocation;

    Client(Bench bench, String name, Wire wire) {
        this.bench = bench;
        this.name = name;
        this.wire = wire;
    }

    /** The socket underneath, for what no method here does. */
    public Wire wire() {
        return wire;
    }

    /** A request with this client's credentials, after a challenge if there was none yet. */
    public ByteBuffer signed(Method method, Consumer<StunEncoder> attributes) {
        return signed(method, attributes, after -> {});
    }

    /** The same with something behind the digest. */
    public ByteBuffer signed(Method method, Consumer<StunEncoder> attributes, Consumer<StunEncoder> behind) {
        Login challenged = challenged();
        return request(method, encoder -> {
            attributes.accept(encoder);
            challenged.sign(encoder);
            behind.accept(encoder);
        });
    }

    // ---- sending and seeing

    /** Sends bytes, whatever they are, once. The position does not move. */
    public void send(ByteBuffer bytes) {
        bench.transcript().add(this + " to server " + wire.server(), bytes);
        wire.send(bytes.duplicate());
    }

    /** Sends a datagram from the same port to another address of the server. */
    public void sendTo(TransportAddress address, ByteBuffer bytes) {
        bench.transcript().add(this + " to server " + address, bytes);
        wire.sendTo(address, bytes.duplicate());
    }

    /** What comes next, of any kind; null if nothing does in time. */
    public @Nullable Arrival next() {
        return inbox.isEmpty() ? arrive(bench.world().retransmitAfter().multipliedBy(2)) : inbox.remove();
    }

    /** What comes next where perhaps nothing does; null if nothing does in the time that silence takes. */
    public @Nullable Arrival nextSoon() {
        return inbox.isEmpty() ? arrive(bench.world().quiet()) : inbox.remove();
    }

    private @Nullable Arrival arrive(Duration wait) {
        Arrival arrival = wire.receive(wait);
        if (arrival != null) {
            bench.transcript().add("server " + arrival.from() + " to " + this, arrival.bytes());
        }
        return arrival;
    }

    /** The next STUN message; fails if none comes. */
    public Reply reply(String expectation) {
        Arrival arrival = next();
        if (arrival == null) {
            throw Bench.failed(expectation + ". Nothing came.");
        }
        return Reply.of(arrival);
    }

    /** Fails if anything comes. A stream may be closed: that is no answer. */
    public void silence(String expectation) {
        Arrival arrival = nextSoon();
        if (arrival != null) {
            throw Bench.failed(expectation + ". Instead came " + words(arrival) + ".");
        }
    }

    /** Whether anything comes in the time that silence takes; it is kept for {@link #next}. */
    public boolean somethingComes() {
        Arrival arrival = nextSoon();
        if (arrival != null) {
            inbox.addFirst(arrival);
        }
        return arrival != null;
    }

    private static String words(Arrival arrival) {
        return isChannelData(arrival) ? "ChannelData" : Reply.of(arrival).toString();
    }

    private static boolean isChannelData(Arrival arrival) {
        ByteBuffer bytes = arrival.bytes();
        return bytes.remaining() >= ChannelData.HEADER_BYTES && ChannelData.isFramedAs(bytes.get(bytes.position()));
    }

    /** Sends a request, again if need be, and answers the reply with its transaction id; fails if none comes. */
    public Reply ask(ByteBuffer request) {
        Reply reply = askOrNull(request);
        if (reply == null) {
            throw Bench.failed("The server answers the request. Nothing came.");
        }
        return reply;
    }

    /** The same, with null if no reply comes. What else comes is kept for {@link #next}. */
    public @Nullable Reply askOrNull(ByteBuffer request) {
        TransactionId id = TransactionId.of(request, request.position() + 8);
        World world = bench.world();
        Duration wait = world.retransmitAfter();
        int attempts = wire.protocol().isStream() ? 1 : world.attempts();
        for (int i = 0; i < attempts; i++) {
            send(request);
            Reply reply = await(id, wire.protocol().isStream() ? wait.multipliedBy(4) : wait);
            if (reply != null) {
                return reply;
            }
            wait = wait.multipliedBy(2);
        }
        return null;
    }

    private @Nullable Reply await(TransactionId id, Duration wait) {
        long deadline = bench.world().nowNanos() + wait.toNanos();
        Duration left = wait;
        while (true) {
            Arrival arrival = arrive(left);
            if (arrival == null) {
                return null;
            }
            if (isReplyTo(id, arrival)) {
                return noted(Reply.of(arrival));
            }
            inbox.add(arrival);
            left = Duration.ofNanos(Math.max(0, deadline - bench.world().nowNanos()));
        }
    }

    private Reply noted(Reply reply) {
        mayHoldAllocation |= reply.isSuccess() && reply.message().method() == Method.ALLOCATE;
        return reply;
    }

    private static boolean isReplyTo(TransactionId id, Arrival arrival) {
        ByteBuffer bytes = arrival.bytes();
        return !isChannelData(arrival)
                && bytes.remaining() >= StunMessage.HEADER_BYTES
                && (bytes.get(bytes.position()) & 1)
                        == 1 // a response: the class bit that requests and indications lack
                && TransactionId.of(bytes, bytes.position() + 8).equals(id);
    }

    // ---- as a client should

    /** From now on as this user; the next request is challenged anew. */
    public Login logIn(Credentials credentials) {
        login = new Login(credentials);
        return login;
    }

    /** From now on as this user, with the realm and the nonce of the challenge that came before. */
    public Login logInAsChallenged(Credentials credentials) {
        login = new Login(credentials, challenged());
        return login;
    }

    /** From now on as another client of the same user, with its nonce, which RFC 8489 section 9.2.3.2 has a client keep. */
    public Client likewise(Client other) {
        login = new Login(other.login().credentials(), other.challenged());
        return this;
    }

    /** This client's credentials; the case needs {@link Need#CREDENTIALS}. */
    public Login login() {
        if (login == null) {
            login = new Login(bench.first());
        }
        return login;
    }

    /** The credentials after a challenge, which is asked for if there was none. */
    public Login challenged() {
        Login mine = login();
        if (!mine.isChallenged()) {
            mine.learn(challenge());
        }
        return mine;
    }

    /** The server's 401 to an Allocate without credentials. */
    public Reply challenge() {
        Reply reply = ask(request(Method.ALLOCATE, encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, UDP)));
        return reply.error(401, "A request without credentials is answered with a challenge, error 401");
    }

    /** A request without credentials and its reply. */
    public Reply plain(Method method, Consumer<StunEncoder> attributes) {
        return ask(request(method, attributes));
    }

    /** A Binding request without attributes, and its reply. */
    public Reply binding() {
        return plain(Method.BINDING, encoder -> {});
    }

    /** An authenticated request and its reply; a stale nonce is renewed once on the way. */
    public Reply call(Method method, Consumer<StunEncoder> attributes) {
        Reply reply = ask(signed(method, attributes));
        if (reply.code() == 438) {
            login().learn(reply);
            reply = ask(signed(method, attributes));
        }
        return reply;
    }

    /** An Allocate for a UDP relay, with more attributes. */
    public Reply allocate(Consumer<StunEncoder> more) {
        return call(Method.ALLOCATE, encoder -> {
            encoder.u32(AttributeType.REQUESTED_TRANSPORT, UDP);
            more.accept(encoder);
        });
    }

    /** Allocates a UDP relay over IPv4 and answers its address; fails if it is refused. */
    public TransportAddress allocated() {
        return allocate(encoder -> {}).success("An Allocate request is granted").relayed();
    }

    public Reply refresh(long lifetimeSeconds) {
        return call(Method.REFRESH, encoder -> encoder.u32(AttributeType.LIFETIME, lifetimeSeconds));
    }

    /** A CreatePermission for these peers. */
    public Reply permit(TransportAddress... peers) {
        return call(Method.CREATE_PERMISSION, encoder -> {
            for (TransportAddress peer : peers) {
                encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer);
            }
        });
    }

    /** A CreatePermission that must be granted; the case is skipped if the server's policy forbids the peer. */
    public void permitted(Peer... peers) {
        TransportAddress[] addresses = new TransportAddress[peers.length];
        for (int i = 0; i < peers.length; i++) {
            addresses[i] = peers[i].address();
        }
        unlessForbidden(permit(addresses), addresses[0]).success("A CreatePermission request is granted");
    }

    /** A ChannelBind. */
    public Reply bind(int number, TransportAddress peer) {
        return call(
                Method.CHANNEL_BIND,
                encoder -> encoder.u32(AttributeType.CHANNEL_NUMBER, (long) number << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    /** A ChannelBind that must be granted; the case is skipped if the server's policy forbids the peer. */
    public void bound(int number, Peer peer) {
        unlessForbidden(bind(number, peer.address()), peer.address()).success("A ChannelBind request is granted");
    }

    private Reply unlessForbidden(Reply reply, TransportAddress peer) {
        if (reply.code() == 403) {
            throw bench.skip("The server's policy forbids the peer " + peer.ip() + " (403): allow it there, or name"
                    + " another peer address.");
        }
        return reply;
    }

    /** A Send indication. */
    public void indicate(TransportAddress peer, byte[] payload) {
        send(message(
                MessageClass.INDICATION,
                Method.SEND,
                encoder ->
                        encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer).bytes(AttributeType.DATA, payload)));
    }

    /** A ChannelData message, padded where the transport is a stream (RFC 8656 section 12.5). */
    public void channelData(int number, byte[] payload) {
        int size = wire.protocol().isStream()
                ? ChannelData.streamBytes(payload.length)
                : ChannelData.HEADER_BYTES + payload.length;
        ByteBuffer bytes = ByteBuffer.allocate(size);
        ChannelData.putHeader(bytes, 0, number, payload.length);
        send(bytes.put(ChannelData.HEADER_BYTES, payload));
    }

    /** The Data indication that comes next; fails if anything else or nothing does. */
    public Reply data(String expectation) {
        Reply reply = reply(expectation);
        boolean data = reply.message().messageClass() == MessageClass.INDICATION
                && reply.message().method() == Method.DATA;
        if (!data) {
            throw Bench.failed(expectation + ". Instead came " + reply + ".");
        }
        return reply;
    }

    /** Fails unless a Data indication comes next with this peer and payload. */
    public void receivesData(TransportAddress peer, byte[] payload, String expectation) {
        Reply data = data(expectation);
        bench.expectEqual(
                peer, data.xorAddress(AttributeType.XOR_PEER_ADDRESS), expectation + ", with the peer's address");
        bench.expect(
                ByteBuffer.wrap(payload).equals(ByteBuffer.wrap(data.value(AttributeType.DATA))),
                expectation + ", byte for byte");
    }

    /** Fails unless ChannelData comes next with this number and payload. Padding is allowed; it is not looked at. */
    public void receivesChannelData(int number, byte[] payload, String expectation) {
        ByteBuffer bytes = channelMessage(expectation);
        bench.expectEqual(number, ChannelData.number(bytes), expectation + ", with the channel's number");
        bench.expectEqual(payload.length, ChannelData.payloadLength(bytes), expectation + ", with the data's length");
        ByteBuffer data = bytes.slice(bytes.position() + ChannelData.HEADER_BYTES, payload.length);
        bench.expect(data.equals(ByteBuffer.wrap(payload)), expectation + ", byte for byte");
    }

    /** The ChannelData message that comes next, with its padding; fails if anything else or nothing does. */
    public ByteBuffer channelMessage(String expectation) {
        Arrival arrival = next();
        if (arrival == null) {
            throw Bench.failed(expectation + ". Nothing came.");
        }
        if (!isChannelData(arrival) || !ChannelData.isComplete(arrival.bytes())) {
            throw Bench.failed(expectation + ". Instead came " + words(arrival) + ".");
        }
        return arrival.bytes();
    }

    /** Sends bytes as they are, on a stream that is a data connection (RFC 6062). */
    public void sendBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        bench.transcript().addPayload(this + " through the server, " + bytes.length + " bytes", buffer);
        wire.send(buffer);
    }

    /** Fails unless these bytes come next on a data connection. */
    public void receivesBytes(byte[] expected, String expectation) {
        ByteBuffer bytes = wire.receiveBytes(expected.length, bench.patience());
        bench.transcript().addPayload("through the server to " + this + ", " + bytes.remaining() + " bytes", bytes);
        bench.expect(bytes.equals(ByteBuffer.wrap(expected)), expectation);
    }

    /** Fails unless the server closes this client's stream. */
    public void isClosed(String expectation) {
        bench.expect(wire.closesWithin(bench.patience()), expectation);
    }

    /** Gives back what the server may still hold for this client, without a look at the answer. */
    void release() {
        if (mayHoldAllocation && login().isChallenged() && !wire.protocol().isStream()) {
            wire.send(signed(Method.REFRESH, encoder -> encoder.u32(AttributeType.LIFETIME, 0)));
        }
    }

    /** Closes the client's end. */
    public void close() {
        bench.transcript().remark(this + " closes");
        wire.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
