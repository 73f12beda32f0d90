package dev.postern.stun.auth;

import dev.postern.stun.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link RequestGate} found: who is asking, or why he is refused. */
public sealed interface GateResult {

    /**
     * The request is signed by a known user.
     *
     * @param username as it came in USERNAME: a stranger chose its characters
     * @param quotaUser the name that quotas count under
     * @param key what the request was signed with, and its answer is
     * @param integrity the attribute that signs the answer, which need not be the one that signed the request
     * @param expiresAtSeconds wall-clock time from which the credential is not valid; {@link Lookup#NEVER} if there is none
     */
    record Authenticated(
            String username, String quotaUser, LongTermKey key, IntegrityAlgorithm integrity, long expiresAtSeconds)
            implements GateResult {}

    /**
     * The request's nonce is ours and was sent to this address, and {@link CredentialStore#ask} would have to find out about the user:
     * whether it does, and the request waits for the answer to be looked at once more, is for the server.
     *
     * @param username as it came in USERNAME: a stranger chose its characters
     */
    record Waiting(String username) implements GateResult {}

    /**
     * The request is refused; {@link RequestGate#appendRejection} writes the answer.
     *
     * @param unknownAttributes for {@link Reason#UNKNOWN_ATTRIBUTE}; else empty
     * @param caller for a refusal after the request was authenticated, which is signed; else null
     */
    record Rejected(
            Reason reason,
            List<Integer> unknownAttributes,
            @Nullable Authenticated caller) implements GateResult {

        /** The code of the answer. */
        public ErrorCode error() {
            return reason.error();
        }
    }

    /** Why a request is refused: finer than the error code that the client sees, for counters. */
    enum Reason {
        /** Neither MESSAGE-INTEGRITY nor MESSAGE-INTEGRITY-SHA256. */
        NO_INTEGRITY(ErrorCode.UNAUTHENTICATED),
        /** Signed, but USERNAME and USERHASH, REALM or NONCE is missing. */
        MISSING_ATTRIBUTE(ErrorCode.BAD_REQUEST),
        /** An attribute is longer than RFC 8489 section 14 allows. */
        ATTRIBUTE_TOO_LONG(ErrorCode.BAD_REQUEST),
        /** PASSWORD-ALGORITHM and PASSWORD-ALGORITHMS do not fit to each other or to what was offered. */
        ALGORITHMS_ALTERED(ErrorCode.BAD_REQUEST),
        /** The user is not known or no longer valid, or the realm is not ours. */
        UNKNOWN_USER(ErrorCode.UNAUTHENTICATED),
        /** The digest is not what the user's key gives. */
        WRONG_INTEGRITY(ErrorCode.UNAUTHENTICATED),
        /** The nonce is too old. */
        NONCE_EXPIRED(ErrorCode.STALE_NONCE),
        /** The nonce was not made here, not for this address, or was altered. */
        NONCE_FORGED(ErrorCode.STALE_NONCE),
        /** An attribute that must be understood is not. */
        UNKNOWN_ATTRIBUTE(ErrorCode.UNKNOWN_ATTRIBUTE);

        private final ErrorCode error;

        Reason(ErrorCode error) {
            this.error = error;
        }

        /** The code that the client sees. */
        public ErrorCode error() {
            return error;
        }

        /** Whether the answer carries REALM and a fresh NONCE, so that the client can try again. */
        public boolean isChallenge() {
            return error == ErrorCode.UNAUTHENTICATED || error == ErrorCode.STALE_NONCE;
        }
    }
}
