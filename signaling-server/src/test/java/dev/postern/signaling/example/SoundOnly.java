package dev.postern.signaling.example;

import dev.postern.signaling.SignalingInterceptor;
import dev.postern.signaling.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;

/** Rules of a product: no guest brings a meta of his own, and nobody offers video. */
final class SoundOnly implements SignalingInterceptor {

    @Override
    public @Nullable String refuseJoin(Join join) {
        return join.subject().isEmpty() && !join.meta().isEmpty() ? "guests have no meta" : null;
    }

    @Override
    public @Nullable String refuseMessage(Message message) {
        boolean hasVideo = message.content() instanceof ClientMessage.Sig sig
                && sig.description().sdp().contains("m=video");
        return hasVideo ? "calls here are sound only" : null;
    }
}
