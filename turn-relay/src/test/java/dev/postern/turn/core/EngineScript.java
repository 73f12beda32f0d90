package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.Mobility;
import dev.postern.turn.TurnLimits;
import dev.postern.turn.core.EngineModel.Channel;
import dev.postern.turn.core.EngineModel.Held;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes read as a story of clients and peers, told to two engines of one server in virtual time, every answer and every packet
 * compared with {@link EngineModel}: nothing passes without a permission and all that has one does, either way; quotas are exact;
 * tickets, moved paths and reservations are bounded; and when everything has expired nothing is held.
 *
 * <p>A step is a byte that says what, and one or two more that say who and how.
 */
final class EngineScript {

    static final int USER_QUOTA = 3;
    static final int TOTAL_QUOTA = 4;
    static final int GRANTS = 2;
    private static final int FORGED_IDS = 0x2E; // four bits from the first word of all other ids
    private static final String NO_TICKET = "x".repeat(32); // of the right length, and never issued
    private static final int RESERVATIONS = 2;
    private static final int MOST_STEPS = 100;
    private static final int FIRST_CHANNEL = 0x4000;
    private final VirtualServer server = VirtualServer.ofShards(
            2,
            VirtualServer.config()
                    .mobility(Mobility.ON)
                    .relayPorts("50000-50009")
                    .limits(new TurnLimits(USER_QUOTA, TOTAL_QUOTA, GRANTS, GRANTS, RESERVATIONS, 1024)));
    private final EngineModel model = new EngineModel();
    private final List<VirtualClient> clients = new ArrayList<>();
    private final List<String> users = new ArrayList<>();
    private final List<String> tickets = new ArrayList<>(List.of(NO_TICKET));
    private final List<Long> tokens = new ArrayList<>(List.of(1L));
    private final ByteBuffer in;

    EngineScript(byte[] story) {
        in = ByteBuffer.wrap(story);
        for (int i = 0; i < 8; i++) { // each 5-tuple twice: once for each user
            TransportProtocol protocol = i < 4 ? TransportProtocol.UDP : TransportProtocol.TCP;
            TransportAddress from = TransportAddress.parse("203.0.113.7:" + (100 + i / 2));
            String user = i % 2 == 0 ? "alice" : "bob";
            clients.add(new VirtualClient(server, new FiveTuple(protocol, from, VirtualServer.LISTENER))
                    .at(i / 2 % 2)
                    .as(user));
            users.add(user);
        }
    }

    /** Tells the story and checks every step. */
    void run() {
        for (int step = 0; step < MOST_STEPS && in.hasRemaining(); step++) {
            step();
            checkBounds();
        }
        server.advance(Duration.ofSeconds(3601));
        server.assertNothingIsHeld();
        assertThat(server.shared.movedPaths().size()).isZero();
    }

    private int next(int bound) {
        return in.hasRemaining() ? (in.get() & 0xFF) % bound : 0;
    }

    private void step() {
        int what = next(12);
        int who = next(clients.size());
        switch (what) {
            case 0 -> allocate(who, next(16));
            case 1 -> refresh(who, EngineModel.LIFETIMES[next(EngineModel.LIFETIMES.length)]);
            case 2 -> permit(who, EngineModel.PEERS[next(EngineModel.PEERS.length)]);
            case 3 -> bind(who, FIRST_CHANNEL + next(3), EngineModel.PEERS[next(EngineModel.PEERS.length)]);
            case 4 -> indicate(who, EngineModel.PEERS[next(EngineModel.PEERS.length)], new byte[next(5)]);
            case 5 -> channelData(who, FIRST_CHANNEL + next(3), new byte[next(5)]);
            case 6 -> peerSends(EngineModel.PEERS[next(EngineModel.PEERS.length)], who);
            case 7 -> pass(EngineModel.SECONDS[next(EngineModel.SECONDS.length)]);
            case 8 -> resume(who, tickets.get(next(tickets.size())));
            case 9 -> closeStream(who);
            case 10 -> anyBytes(who, next(64));
            default -> forged(who, next(256));
        }
    }

    private void checkBounds() {
        server.advance(Duration.ZERO); // what a late timer has left
        model.expire(server.now);
        assertThat(server.shared.quotas().held()).as("allocations").isEqualTo(model.all.size());
        int reservations = server.shared.reservations().size();
        assertThat(server.output.open).as("sockets").hasSize(model.all.size() + reservations);
        assertThat(server.shared.mobilityTickets().size()).as("tickets").isBetween(model.mobile(), 2 * model.mobile());
        int served = server.shared.movedPaths().served();
        assertThat(served).as("moved paths").isLessThanOrEqualTo(model.all.size() + model.mobile());
        assertThat(reservations).as("reservations").isLessThanOrEqualTo(2 * RESERVATIONS);
        assertThat(server.output.toClients).as("unexpected messages").isEmpty();
        assertThat(server.takeToPeers()).as("unexpected data").isEmpty();
    }

    /** A request and its answer; a nonce that is too old is renewed as a client does. */
    private Reply request(int who, Method method, Consumer<StunEncoder> attributes) {
        VirtualClient client = clients.get(who);
        Reply reply = client.request(method, attributes);
        return reply.code() == 438 ? client.challenged().request(method, attributes) : reply;
    }

    private static void assertCode(Reply reply, int... allowed) {
        assertThat(allowed).as(() -> "the answer " + reply.code()).contains(reply.code());
    }

    private void allocate(int who, int how) {
        boolean mobile = (how & 1) != 0;
        boolean even = (how & 2) != 0;
        boolean reserve = (how & 4) != 0;
        boolean redeem = (how & 8) != 0;
        long token = redeem ? tokens.get(next(tokens.size())) : 0;
        Reply reply = request(who, Method.ALLOCATE, encoder -> {
            encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP);
            if (mobile) {
                encoder.flag(AttributeType.MOBILITY_TICKET);
            }
            if (even) {
                encoder.u8(AttributeType.EVEN_PORT, reserve ? 0x80 : 0);
            }
            if (redeem) {
                encoder.u64(AttributeType.RESERVATION_TOKEN, token);
            }
        });
        FiveTuple path = clients.get(who).path;
        if (model.on(path) != null) {
            assertCode(reply, 437);
        } else if (even && redeem) {
            assertCode(reply, 400);
        } else if (model.heldBy(users.get(who)) == USER_QUOTA) {
            assertCode(reply, 486);
        } else if (model.all.size() == TOTAL_QUOTA) {
            assertCode(reply, 508);
        } else {
            assertCode(reply, even || redeem ? new int[] {0, 508} : new int[] {0});
            if (reply.code() == 0) {
                allocated(users.get(who), path, reply, mobile);
            }
        }
    }

    private void allocated(String user, FiveTuple path, Reply reply, boolean mobile) {
        assertThat(model.all).noneMatch(held -> held.relayed.equals(reply.relayed()));
        Held held = new Held(user, reply.relayed(), path, endAfter(reply));
        assertThat(reply.has(AttributeType.MOBILITY_TICKET)).isEqualTo(mobile);
        if (mobile) {
            held.ticket = ticketIn(reply);
            tickets.add(held.ticket);
        }
        if (reply.has(AttributeType.RESERVATION_TOKEN)) {
            tokens.add(reply.u64(AttributeType.RESERVATION_TOKEN));
        }
        model.all.add(held);
    }

    private long endAfter(Reply reply) {
        long seconds = reply.lifetimeSeconds();
        assertThat(seconds).isBetween(600L, 3600L);
        return server.now + Duration.ofSeconds(seconds).toNanos();
    }

    private static String ticketIn(Reply reply) {
        return new String(reply.bytes(AttributeType.MOBILITY_TICKET), StandardCharsets.US_ASCII);
    }

    /** The caller's allocation, or null after a look at the refusal. */
    private @Nullable Held mine(int who, Reply reply) {
        Held held = model.on(clients.get(who).path);
        if (held == null) {
            assertCode(reply, 437);
            return null;
        }
        if (!held.user.equals(users.get(who))) {
            assertCode(reply, 441);
            return null;
        }
        return held;
    }

    private void refresh(int who, long seconds) {
        Reply reply = request(who, Method.REFRESH, encoder -> encoder.u32(AttributeType.LIFETIME, seconds));
        Held held = mine(who, reply);
        if (held != null) {
            assertCode(reply, 0);
            if (seconds == 0) {
                model.all.remove(held);
            } else {
                held.end = endAfter(reply);
            }
        }
    }

    private void permit(int who, TransportAddress peer) {
        Reply reply = request(
                who, Method.CREATE_PERMISSION, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
        Held held = mine(who, reply);
        if (held == null) {
            return;
        }
        boolean room = held.permits(peer.ip(), server.now) || held.livePermissions(server.now) < GRANTS;
        assertCode(reply, EngineModel.isDenied(peer) ? 403 : room ? 0 : 508);
        if (reply.code() == 0) {
            held.permissions.put(peer.ip(), server.now + EngineModel.PERMISSION);
        }
    }

    private void bind(int who, int number, TransportAddress peer) {
        Reply reply = request(
                who,
                Method.CHANNEL_BIND,
                encoder -> encoder.u32(AttributeType.CHANNEL_NUMBER, (long) number << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
        Held held = mine(who, reply);
        if (held == null) {
            return;
        }
        Channel ofNumber = held.channel(number, server.now);
        int ofPeer = held.numberOf(peer, server.now);
        boolean isNew = ofNumber == null && ofPeer == 0;
        boolean room = (held.permits(peer.ip(), server.now) || held.livePermissions(server.now) < GRANTS)
                && (!isNew || held.liveChannels(server.now) < GRANTS);
        if (!isNew && ofPeer != number) {
            assertCode(reply, 400);
        } else {
            assertCode(reply, EngineModel.isDenied(peer) ? 403 : room ? 0 : 508);
        }
        if (reply.code() == 0) {
            held.permissions.put(peer.ip(), server.now + EngineModel.PERMISSION);
            held.channels.put(number, new Channel(peer, server.now + EngineModel.CHANNEL));
        }
    }

    private void indicate(int who, TransportAddress peer, byte[] payload) {
        clients.get(who).indicate(peer, payload);
        Held held = model.on(clients.get(who).path);
        if (held != null) {
            held.onClientData(clients.get(who).path);
        }
        expectAtPeer(held, peer, payload);
    }

    private void channelData(int who, int number, byte[] payload) {
        clients.get(who).channelData(number, payload);
        expectFromChannel(clients.get(who).path, number, payload);
    }

    private void expectFromChannel(FiveTuple path, int number, byte[] payload) {
        Held held = model.on(path);
        if (held != null) {
            held.onClientData(path);
        }
        Channel channel = held == null ? null : held.channel(number, server.now);
        expectAtPeer(channel == null ? null : held, channel == null ? EngineModel.PEERS[0] : channel.peer(), payload);
    }

    /** Exactly this, where there is a permission; else nothing. */
    private void expectAtPeer(@Nullable Held held, TransportAddress peer, byte[] payload) {
        List<RecordingOutput.ToPeer> sent = server.takeToPeers();
        if (held == null || !held.permits(peer.ip(), server.now)) {
            assertThat(sent).as("data without a permission").isEmpty();
            return;
        }
        assertThat(sent).as("permitted data").hasSize(1);
        assertThat(sent.get(0).socket().relayed()).isEqualTo(held.relayed);
        assertThat(sent.get(0).peer()).isEqualTo(peer);
        assertThat(sent.get(0).payload()).isEqualTo(ByteBuffer.wrap(payload));
    }

    private void peerSends(TransportAddress peer, int which) {
        if (model.all.isEmpty()) {
            return;
        }
        Held held = model.all.get(which % model.all.size());
        byte[] payload = {1, 2, 3, (byte) which};
        server.peerSends(peer, held.relayed, payload);
        List<RecordingOutput.ToClient> sent = List.copyOf(server.output.toClients);
        server.output.toClients.clear();
        FiveTuple path = held.path;
        if (path == null || !held.permits(peer.ip(), server.now)) {
            assertThat(sent).as("data without a permission").isEmpty();
            return;
        }
        assertThat(sent).as("permitted data").hasSize(1);
        assertThat(sent.get(0).path()).isEqualTo(path);
        ByteBuffer message = sent.get(0).message();
        int number = held.numberOf(peer, server.now);
        if (number == 0) {
            Reply indication = new Reply(message);
            assertThat(indication.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(peer);
            assertThat(indication.bytes(AttributeType.DATA)).isEqualTo(payload);
        } else {
            assertThat(ChannelData.number(message)).isEqualTo(number);
            assertThat(message.slice(4, message.limit() - 4)).isEqualTo(ByteBuffer.wrap(payload));
        }
    }

    private void pass(int seconds) {
        if (next(2) == 0) {
            server.advance(Duration.ofSeconds(seconds));
        } else {
            server.advanceWithoutTimer(Duration.ofSeconds(seconds));
        }
        model.expire(server.now);
    }

    private void resume(int who, String ticket) {
        Reply reply = request(who, Method.REFRESH, encoder -> encoder.text(AttributeType.MOBILITY_TICKET, ticket));
        FiveTuple path = clients.get(who).path;
        Held holder = model.withTicket(ticket);
        Held here = model.on(path);
        if (holder == null) {
            assertCode(reply, here == null && !ticket.equals(NO_TICKET) ? 437 : 400);
        } else if (here != null && !(here == holder && holder.mayComeAgain(path, ticket))) {
            assertCode(reply, 400);
        } else if (!holder.user.equals(users.get(who))) {
            assertCode(reply, 441);
        } else {
            assertCode(reply, 0);
            String answered = ticketIn(reply);
            assertThat(answered.equals(holder.ticket)).as("repeated").isEqualTo(path.equals(holder.next));
            holder.resumed(path, ticket, answered);
            holder.end = endAfter(reply);
            tickets.add(answered);
        }
    }

    private void closeStream(int who) {
        VirtualClient client = clients.get(who);
        if (!client.path.protocol().isStream()) {
            return;
        }
        client.closeStream();
        Held held = model.on(client.path);
        if (held != null && held.isMobile()) {
            held.streamClosed(client.path);
        } else if (held != null) {
            model.all.remove(held);
        }
    }

    /** Bytes of the story as they are. */
    private void anyBytes(int who, int length) {
        byte[] bytes = new byte[Math.min(length, in.remaining())];
        in.get(bytes);
        ByteBuffer data = ByteBuffer.wrap(bytes);
        StunMessage message = new StunMessage();
        boolean sends = message.decode(data) == DecodeResult.OK && message.method() == Method.SEND;
        if (sends) {
            return; // the story has a step for that
        }
        clients.get(who).exchange(data);
        boolean channel = bytes.length >= 4 && bytes[0] >= 0x40 && bytes[0] < 0x50 && ChannelData.isComplete(data);
        if (channel) {
            byte[] payload = new byte[ChannelData.payloadLength(data)];
            data.get(ChannelData.HEADER_BYTES, payload);
            expectFromChannel(clients.get(who).path, ChannelData.number(data), payload);
        }
    }

    /**
     * A signed Refresh of which one bit is another one: never granted. Its id is more than one bit from any that was answered, or it could
     * become one that is sent again.
     */
    private void forged(int who, int where) {
        ByteBuffer request = clients.get(who)
                .signed(
                        Method.REFRESH,
                        TransactionId.of(FORGED_IDS, where),
                        encoder -> encoder.u32(AttributeType.LIFETIME, 0)
                                .text(AttributeType.MOBILITY_TICKET, tickets.get(where % tickets.size())));
        int bit = where * 8 + next(8);
        int at = bit / 8 % request.remaining();
        request.put(at, (byte) (request.get(at) ^ 1 << bit % 8));
        for (ByteBuffer answer : clients.get(who).exchange(request)) {
            assertThat(new Reply(answer).code()).as("a forged request").isNotZero();
        }
    }
}
