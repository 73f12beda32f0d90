package dev.postern.peer;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Where a client has the token from that it shows to a server which asks for one. */
public sealed interface TokenSource {

    /**
     * One token, shown in every {@code hello} until {@link SignalingClient#authenticate} has brought a newer one.
     *
     * @param token never printed
     */
    record Held(String token) implements TokenSource {

        public Held {
            Objects.requireNonNull(token);
        }

        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Held[token=(hidden)]";
        }
    }

    /**
     * Asked for the {@code hello} of each connection, and when the last token ends soon. Its stage may end on any thread; where
     * it fails, gives null, or takes longer than {@link SignalingClientConfig#welcomeDeadline}, the connection is given up and tried
     * again later. What it answers for a connection that has ended meanwhile is not shown.
     *
     * @param from called by the client's one thread, which it must not block
     */
    record Asked(Supplier<? extends CompletionStage<String>> from) implements TokenSource {

        public Asked {
            Objects.requireNonNull(from);
        }
    }
}
