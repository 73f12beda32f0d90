package dev.postern.signaling;

import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Says who a client is and what it may do: asked with the token of each {@code hello}, before there is a session, and of each
 * {@code auth}, by which a client brings a newer one. Called on threads of the server's pool, several at once, and must not block
 * them. What fails, answers null, or takes longer than {@link SignalingTime#AUTH_DEADLINE}, says {@link Verdict.Unavailable}.
 */
@FunctionalInterface
public interface Authorizer {

    /** Finds out, at once or later. */
    CompletionStage<Verdict> authorize(Attempt attempt);

    /** Lets everyone in who reaches the server, into any room. For development, and where something in front knows better. */
    static Authorizer anonymous() {
        return Anonymous.EVERYONE;
    }

    /**
     * Who asks, and with what.
     *
     * @param token what the client showed, from 0 characters up to {@link SignalingLimit#MESSAGE_BYTES}; null for nothing
     * @param client the address that it comes from: a proxy's, where one stands in front
     * @param origin whose page it is, as its browser says; null where no browser said anything
     */
    record Attempt(
            @Nullable String token,
            InetAddress client,
            @Nullable String origin) {

        public Attempt {
            Objects.requireNonNull(client);
        }

        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Attempt[token=" + (token == null ? "none" : "(hidden)") + ", client=" + client + ", origin="
                    + origin + "]";
        }
    }

    /** The answer to an attempt. */
    sealed interface Verdict {

        /** Let in, with this grant. */
        record Granted(Grant grant) implements Verdict {

            public Granted {
                Objects.requireNonNull(grant);
            }
        }

        /** Not let in; the client is not told why, and should not come again with the same token. */
        record Refused() implements Verdict {}

        /** Nobody can tell now; the client should come again. */
        record Unavailable() implements Verdict {}
    }
}
