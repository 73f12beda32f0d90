package dev.postern.stunserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps a copy of all that an engine puts out. */
final class RecordingOutput implements BindingOutput {

    final List<ByteBuffer> replies = new ArrayList<>();
    final List<FiveTuple> paths = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final List<DecodeResult> malformed = new ArrayList<>();

    @Override
    public void reply(FiveTuple path, ByteBuffer response) {
        paths.add(path);
        replies.add(ByteBuffer.allocate(response.remaining()).put(response).flip());
    }

    @Override
    public void count(Event event) {
        events.add(event);
    }

    @Override
    public void malformed(DecodeResult reason) {
        malformed.add(reason);
    }

    /** The only reply so far, decoded. */
    StunMessage onlyReply() {
        assertThat(replies).hasSize(1);
        StunMessage message = new StunMessage();
        assertThat(message.decode(replies.get(0))).isEqualTo(DecodeResult.OK);
        return message;
    }
}
