package dev.postern.app.dtls;

import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.MessageCallback;
import org.jspecify.annotations.Nullable;

/** Whether a datagram was refused; asked by the thread that gave it, when it was given. What fails later is lost, as in UDP. */
final class Outcome implements MessageCallback {

    private volatile boolean refused;

    boolean isRefused() {
        return refused;
    }

    @Override
    public void onConnecting() {
        // a server does not
    }

    @Override
    public void onDtlsRetransmission(int flight) {
        // a server's datagram waits for no handshake
    }

    @Override
    public void onContextEstablished(@Nullable EndpointContext context) {
        // it was when the datagram came
    }

    @Override
    public void onSent() {
        // nobody waits for it
    }

    @Override
    public void onError(@Nullable Throwable error) {
        refused = true;
    }
}
