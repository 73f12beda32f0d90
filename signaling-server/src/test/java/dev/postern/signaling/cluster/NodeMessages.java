package dev.postern.signaling.cluster;

import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Messages between nodes of every type, with random values in all of their fields. */
final class NodeMessages {

    private static final String[] TEXTS = {
        "", "p_7f", "room", "Zoë", "\uD83D\uDE00", "a\u0000b", "\"quoted\\", "x".repeat(40), "\u202Eright to left"
    };
    private static final int TYPES = 22;

    private final Random random;

    NodeMessages(long seed) {
        random = new Random(seed);
    }

    /** One of each type, at least. */
    List<NodeMessage> ofEachType() {
        List<NodeMessage> all = new ArrayList<>();
        for (int type = 0; type < TYPES; type++) {
            all.add(message(type));
        }
        return all;
    }

    private NodeMessage message(int type) {
        return switch (type) {
            case 0 -> new NodeMessage.Enter(text(), number(), flag(), count(), list(this::seat), map(this::number));
            case 1 -> new NodeMessage.Entered(text(), number(), count(), map(this::number));
            case 2 -> new NodeMessage.NotHome(text(), number());
            case 3 -> new NodeMessage.Join(text(), seat(), number(), flag(), count());
            case 4 -> new NodeMessage.Leave(text(), text(), one(LeaveReason.values()));
            case 5 -> new NodeMessage.Presence(text(), text(), one(PeerEvent.values()));
            case 6 -> ask();
            case 7 -> new NodeMessage.Answer(text(), text(), answer(), number());
            case 8 -> deliver(text());
            case 9 -> new NodeMessage.Delivered(text(), text(), text(), number());
            case 10 -> new NodeMessage.Expelled(text(), text(), one(LeaveReason.values()));
            case 11 -> new NodeMessage.Hold(text(), text());
            case 12 -> new NodeMessage.Held(text(), text());
            case 13 -> new NodeMessage.Moved(text(), text());
            case 14 -> roomState(text());
            case 15 -> new NodeMessage.Fetch(number(), text(), text(), number(), text());
            case 16 -> new NodeMessage.Fetched(number(), session());
            case 17 -> new NodeMessage.NotFetched(number(), one(NodeMessage.NotFetched.Why.values()));
            case 18 -> new NodeMessage.Adopt(session());
            case 19 -> revoke();
            case 20 -> new NodeMessage.KeptOut(text(), map(this::number));
            default -> new NodeMessage.Revoked(list(this::revoke));
        };
    }

    private NodeMessage.Revoke revoke() {
        return new NodeMessage.Revoke(text(), flag(), number());
    }

    private NodeMessage.Ask ask() {
        return new NodeMessage.Ask(text(), text(), request());
    }

    private NodeMessage.Deliver deliver(String room) {
        return new NodeMessage.Deliver(room, text(), told(), text(), number());
    }

    private NodeMessage.RoomState roomState(String room) {
        return new NodeMessage.RoomState(
                room,
                count(),
                flag(),
                flag(),
                number(),
                list(() -> new NodeMessage.Placed(seat(), text(), list(() -> deliver(room)))),
                map(this::number));
    }

    private NodeMessage.Seat seat() {
        return new NodeMessage.Seat(
                text(), text(), textOrNull(), meta(), one(Role.values()), number(), flag(), flag(), map(this::known));
    }

    private NodeMessage.Known known() {
        return new NodeMessage.Known(flag(), flag());
    }

    private SessionState session() {
        return new SessionState(
                text(),
                text(),
                text(),
                textOrNull(),
                number(),
                text(),
                number(),
                number(),
                number(),
                number(),
                list(this::told),
                number(),
                list(() -> new SessionState.Answered(id(), answer())),
                list(() -> new SessionState.Place(text(), text(), count(), seat(), map(this::number))),
                list(this::ask));
    }

    private ServerMessage told() {
        return switch (random.nextInt(5)) {
            case 0 ->
                new ServerMessage.Sig(
                        id(), text(), text(), text(), id(), id(), new Description(SdpType.OFFER, "v=0\r\n" + text()));
            case 1 -> new ServerMessage.Ice(id(), text(), text(), text(), id(), list(this::candidate), flag());
            case 2 -> new ServerMessage.PeerChange(id(), PeerEvent.LEAVE, text(), peer(), one(LeaveReason.values()));
            case 3 -> new ServerMessage.PeerChange(id(), PeerEvent.JOIN, text(), peer(), null);
            default -> new ServerMessage.RoomChange(id(), text(), flag());
        };
    }

    private ServerMessage answer() {
        return switch (random.nextInt(3)) {
            case 0 -> new ServerMessage.Ok(id(), null);
            case 1 ->
                new ServerMessage.Ok(
                        id(), new Joined(text(), text(), one(Role.values()), flag(), list(this::peer)), id());
            default -> ServerMessage.Err.of(id(), one(ErrorCode.values()), id(), text());
        };
    }

    private ClientMessage.Request request() {
        return random.nextBoolean()
                ? new ClientMessage.Ice(id(), text(), text(), id(), list(this::candidate), flag(), id())
                : new ClientMessage.Sig(
                        id(), text(), text(), id(), id(), new Description(SdpType.ANSWER, text()), id());
    }

    private Candidate candidate() {
        return new Candidate("candidate:1 1 udp 1 192.0.2.1 9 typ host", "0", random.nextInt(9), textOrNull());
    }

    private Peer peer() {
        return new Peer(text(), textOrNull(), meta(), flag());
    }

    private Meta meta() {
        return random.nextBoolean() ? Meta.EMPTY : Meta.ofJson("{\"a\":[1,null,{\"b\":\"\u00e4\"}]}");
    }

    private String text() {
        return one(TEXTS);
    }

    private @Nullable String textOrNull() {
        return random.nextBoolean() ? null : text();
    }

    private boolean flag() {
        return random.nextBoolean();
    }

    private long number() {
        return random.nextBoolean() ? random.nextInt(1_000) : random.nextLong();
    }

    private long id() {
        return 1L + random.nextInt(1_000_000);
    }

    private int count() {
        return random.nextInt(10_000);
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> List<T> list(Supplier<T> item) {
        List<T> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            items.add(item.get());
        }
        return items;
    }

    private <T> Map<String, T> map(Supplier<T> value) {
        Map<String, T> values = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.put(text(), value.get());
        }
        return values;
    }
}
