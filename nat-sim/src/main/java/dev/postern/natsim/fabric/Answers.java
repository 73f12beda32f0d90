package dev.postern.natsim.fabric;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts what TURN servers answered and what they relayed: why there was no relay is in their error responses. */
final class Answers {

    private static final int MAX_KINDS = 1024;
    private static final int COOKIE_OFFSET = 4;
    private static final int NOT_STUN_BITS = 0xC0;

    private record Answer(Host server, Host client, Method method, int error) {

        private String words() {
            ErrorCode known = ErrorCode.fromCode(error);
            return method + " with " + error + (known == null ? "" : " " + known.reason());
        }

        private boolean isChallenge() {
            return error == ErrorCode.UNAUTHENTICATED.code() || error == ErrorCode.STALE_NONCE.code();
        }
    }

    private record Leg(Host server, Host client) {}

    private final StunMessage message = new StunMessage();
    private final Map<Answer, Long> counts = new LinkedHashMap<>();
    private final Map<Leg, Long> relayed = new HashMap<>();

    /** Counts a datagram if it is an answer of TURN, or has relayed data in it. */
    void arrived(Host from, Host to, ByteBuffer payload) {
        if (isChannelData(payload)) {
            countRelayed(from, to);
        } else if (mayBeStun(payload) && message.decode(payload) == DecodeResult.OK) {
            stun(from, to);
        }
    }

    private void stun(Host from, Host to) {
        Method method = message.method();
        MessageClass kind = message.messageClass();
        if (method == Method.DATA && kind == MessageClass.INDICATION) {
            countRelayed(from, to);
        }
        boolean error = kind == MessageClass.ERROR_RESPONSE;
        if (method == null || method == Method.BINDING || !(error || kind == MessageClass.SUCCESS_RESPONSE)) {
            return;
        }
        int index = error ? message.indexOf(AttributeType.ERROR_CODE) : -1;
        Answer answer = new Answer(from, to, method, index < 0 ? 0 : message.errorCode(index));
        if (counts.size() < MAX_KINDS || counts.containsKey(answer)) {
            counts.merge(answer, 1L, Long::sum);
        }
    }

    private void countRelayed(Host from, Host to) {
        Leg leg = new Leg(from, to);
        if (relayed.size() < MAX_KINDS || relayed.containsKey(leg)) {
            relayed.merge(leg, 1L, Long::sum);
        }
    }

    private static boolean isChannelData(ByteBuffer payload) {
        return payload.remaining() >= ChannelData.HEADER_BYTES && ChannelData.isWellFormed(payload);
    }

    private static boolean mayBeStun(ByteBuffer payload) {
        int start = payload.position();
        return payload.remaining() >= StunMessage.HEADER_BYTES
                && (payload.get(start) & NOT_STUN_BITS) == 0
                && payload.getInt(start + COOKIE_OFFSET) == StunMessage.MAGIC_COOKIE;
    }

    /** How many datagrams of peers the server has relayed to the client. */
    long relayed(Host server, Host client) {
        return relayed.getOrDefault(new Leg(server, client), 0L);
    }

    /** Whether the server has let the client have a peer. */
    boolean permitted(Host server, Host client) {
        return counts.containsKey(new Answer(server, client, Method.CREATE_PERMISSION, 0))
                || counts.containsKey(new Answer(server, client, Method.CHANNEL_BIND, 0));
    }

    /** Whether the server has given the client an allocation. */
    boolean allocated(Host server, Host client) {
        return counts.containsKey(new Answer(server, client, Method.ALLOCATE, 0));
    }

    /**
     * What the server refused the client, such as {@code CREATE_PERMISSION with 403 Forbidden, 3 times}; null for nothing. The
     * challenge that begins every authentication counts only where no allocation came of it.
     */
    @Nullable
    String refusals(Host server, Host client) {
        boolean allocated = allocated(server, client);
        String words = counts.entrySet().stream()
                .filter(entry ->
                        entry.getKey().server() == server && entry.getKey().client() == client)
                .filter(entry -> entry.getKey().error() != 0)
                .filter(entry -> !(allocated && entry.getKey().isChallenge()))
                .map(entry ->
                        entry.getKey().words() + (entry.getValue() == 1 ? "" : ", " + entry.getValue() + " times"))
                .collect(Collectors.joining(" and "));
        return words.isEmpty() ? null : words;
    }
}
