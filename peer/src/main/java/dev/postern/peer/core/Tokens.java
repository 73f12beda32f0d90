package dev.postern.peer.core;

import dev.postern.peer.TokenSource;
import org.jspecify.annotations.Nullable;

/** Which token the client shows, and what the one is for that it waits for. Owned by the engine. */
final class Tokens {

    private final EngineOutput output;
    private final boolean isAsked;
    private @Nullable String held;
    private long asked;
    private Use awaited = Use.NOTHING;

    /** What a token that was asked for is for. */
    enum Use {
        NOTHING,
        HELLO,
        RENEWAL
    }

    Tokens(@Nullable TokenSource source, EngineOutput output) {
        this.output = output;
        this.isAsked = source instanceof TokenSource.Asked;
        this.held = source instanceof TokenSource.Held one ? one.token() : null;
    }

    /** Whether one must be asked for before it can be shown. */
    boolean isAsked() {
        return isAsked;
    }

    /** The one to show; null for none. */
    @Nullable
    String held() {
        return held;
    }

    /** The server has taken this one: it is shown from now on, unless tokens are asked for. */
    void use(String token) {
        if (!isAsked) {
            held = token;
        }
    }

    void ask(Use use) {
        asked++;
        awaited = use;
        output.askToken(asked);
    }

    /** An answer has come: what it is for, once; {@link Use#NOTHING} where nobody waits for it any more. */
    Use take(long number) {
        if (number != asked) {
            return Use.NOTHING;
        }
        Use taken = awaited;
        awaited = Use.NOTHING;
        return taken;
    }

    /** What is asked for now is no longer wanted. */
    void forget() {
        awaited = Use.NOTHING;
    }
}
