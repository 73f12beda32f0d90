package dev.postern.stun.auth;

/** The STUN Security Features that a nonce can promise (RFC 8489 section 18.1). */
public enum SecurityFeature {
    /** The answers that carry the nonce also carry PASSWORD-ALGORITHMS. */
    PASSWORD_ALGORITHMS(0),
    /** Clients may send USERHASH instead of USERNAME. */
    USERNAME_ANONYMITY(1);

    private static final int BITS = 24;

    private final int mask;

    SecurityFeature(int bit) {
        this.mask = 1 << (BITS - 1 - bit);
    }

    /** Its bit among 24, of which the registry counts the most significant one as number 0. */
    int mask() {
        return mask;
    }
}
