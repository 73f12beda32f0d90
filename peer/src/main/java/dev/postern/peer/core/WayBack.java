package dev.postern.peer.core;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How the client comes back when a connection has ended: whether, where to and how soon. Owned by the engine. */
final class WayBack {

    private final EngineOutput output;
    private final Destination destination;
    private final Backoff backoff;
    /** What the server said of the end of this connection. */
    private ServerMessage.@Nullable Bye bye;

    WayBack(SignalingClientConfig config, RandomGenerator random, EngineOutput output) {
        this.output = output;
        this.destination = new Destination(config.socket());
        this.backoff = new Backoff(config.backoffFirst(), config.backoffCap(), random);
    }

    /** A connection begins; where to. */
    URI begin() {
        bye = null;
        return destination.next();
    }

    /** The server will close, and says how to go on. */
    void announced(ServerMessage.Bye message) {
        bye = message;
    }

    /** A connection was stable: the next delay is a first one. */
    void wasStable() {
        backoff.succeeded();
    }

    /** Why the connection ended, in view of what the server said of it; a cause that does not pass ends the client. */
    SignalingCause judge(SignalingCause cause) {
        if (cause == SignalingCause.REFUSED && !destination.isHome()) {
            return SignalingCause.REFUSED_FOR_NOW; // another server does not speak for the one that the program named
        }
        ServerMessage.Bye said = bye;
        if (said == null || !cause.passes()) {
            return cause;
        }
        return said.advice() == Advice.STOP ? SignalingCause.STOPPED : SignalingCause.SENT_AWAY;
    }

    /** Whether the server said that a resume is pointless. */
    boolean beginsAnew() {
        return bye != null && bye.advice() == Advice.RECONNECT;
    }

    /** Goes where a goodbye sends us, and home from where nobody has answered. */
    void choosePlace(boolean hasAnswered) {
        ServerMessage.Bye said = bye;
        if (said == null && !hasAnswered) {
            destination.goHome();
        }
        String url = said == null ? null : said.url();
        if (url != null) {
            boolean goes = destination.sentTo(url);
            output.count(goes ? SignalingClientCounter.MOVES : SignalingClientCounter.MOVES_REFUSED_HERE);
        }
    }

    /** How long to stay away; at least this long, and as long as a goodbye said. */
    long delayNanos(long askedMillis) {
        return backoff.nextNanos(Math.max(askedMillis, bye == null ? 0 : bye.afterMillis()));
    }
}
