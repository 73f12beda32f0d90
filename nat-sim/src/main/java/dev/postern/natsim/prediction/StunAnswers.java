package dev.postern.natsim.prediction;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stunserver.core.BindingEngine;
import dev.postern.stunserver.core.BindingOutput;
import java.nio.ByteBuffer;

/** Postern's STUN engine, which keeps no state and so goes from one trial's network to the next. */
final class StunAnswers {

    private static final int PORT = 3478;

    /** Sends a response from the server of the network that runs now. */
    @FunctionalInterface
    private interface Replies {
        void send(TransportAddress to, ByteBuffer response);
    }

    private Replies replies = (to, response) -> {};

    private final BindingEngine engine = new BindingEngine(
            new BindingOutput() {
                @Override
                public void reply(FiveTuple path, ByteBuffer response) {
                    replies.send(path.client(), response);
                }

                @Override
                public void count(Event event) {}

                @Override
                public void malformed(DecodeResult reason) {}
            },
            null,
            null);

    /** Serves on a host, and nowhere else from now on; answers where. */
    TransportAddress serveOn(Host host) {
        TransportAddress here = TransportAddress.of(host.ip(), PORT);
        UdpPort port = host.open(
                PORT,
                (now, from, data) -> engine.onPacket(now, new FiveTuple(TransportProtocol.UDP, from, here), data));
        replies = port::send;
        return here;
    }
}
