package dev.postern.signaling.core;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingInterceptor;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the embedder's own rules say, however they behave. Owned by the hub. */
final class Interception {

    private final @Nullable SignalingInterceptor interceptor;
    private final HubOutput output;

    Interception(@Nullable SignalingInterceptor interceptor, HubOutput output) {
        this.interceptor = interceptor;
        this.output = output;
    }

    /** Why somebody may not come in; null if he may. */
    ServerMessage.@Nullable Err ofJoin(Newcomer newcomer) {
        SignalingInterceptor asked = interceptor;
        return asked == null
                ? null
                : refusal(
                        newcomer.id(),
                        () -> asked.refuseJoin(new SignalingInterceptor.Join(
                                newcomer.guest().peerId(),
                                newcomer.guest().subject(),
                                newcomer.room(),
                                newcomer.role(),
                                newcomer.name(),
                                newcomer.meta())));
    }

    /** Why a message may not pass; null if it may. */
    ServerMessage.@Nullable Err ofMessage(Session from, ClientMessage.Request request, String room, String to) {
        SignalingInterceptor asked = interceptor;
        return asked == null
                ? null
                : refusal(
                        request.id(),
                        () -> asked.refuseMessage(
                                new SignalingInterceptor.Message(from.peerId(), from.subject(), room, to, request)));
    }

    private ServerMessage.@Nullable Err refusal(long id, Supplier<@Nullable String> question) {
        String words;
        try {
            words = question.get();
        } catch (RuntimeException e) {
            output.count(SignalingCounter.INTERCEPTOR_FAILED);
            output.fault(e);
            return ServerMessage.Err.of(id, ErrorCode.INTERNAL, 0, "the server has made a mistake");
        }
        if (words == null) {
            return null;
        }
        output.count(SignalingCounter.INTERCEPTED);
        return ServerMessage.Err.of(id, ErrorCode.NOT_ALLOWED, 0, cut(words));
    }

    /** No half of a surrogate pair is left at the end. */
    private static String cut(String words) {
        int end = Math.min(words.length(), SignalingInterceptor.MAX_WORDS);
        boolean isSplit = end > 0 && end < words.length() && Character.isHighSurrogate(words.charAt(end - 1));
        return words.substring(0, isSplit ? end - 1 : end);
    }
}
