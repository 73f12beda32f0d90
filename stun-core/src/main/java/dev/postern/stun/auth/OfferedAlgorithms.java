package dev.postern.stun.auth;

import dev.postern.stun.AttributeType;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The password algorithms that a server offers in PASSWORD-ALGORITHMS, and what clients made of the offer (RFC 8489 sections
 * 9.2.4, 14.11 and 14.12). Those that exist have no parameters:
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Algorithm           |  Algorithm Parameters Length   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class OfferedAlgorithms {

    private final List<PasswordAlgorithm> offered;
    private final ByteBuffer value;

    OfferedAlgorithms(List<PasswordAlgorithm> offered) {
        this.offered = offered;
        this.value = ByteBuffer.allocate(offered.size() * Integer.BYTES);
        offered.forEach(algorithm -> value.putInt(algorithm.code() << Short.SIZE));
        value.flip();
    }

    /** Appends PASSWORD-ALGORITHMS. */
    void append(StunEncoder response) {
        response.bytes(AttributeType.PASSWORD_ALGORITHMS, value);
    }

    /** Whether the request says nothing of password algorithms, as clients of RFC 5389 do not. */
    static boolean isSilentIn(StunMessage request) {
        return !request.has(AttributeType.PASSWORD_ALGORITHM) && !request.has(AttributeType.PASSWORD_ALGORITHMS);
    }

    /**
     * The algorithm of the key that signs the request, or null if the request is to be answered 400: it brings back a nonce that
     * came with an offer, and of the two attributes it has one alone, or another offer, or a choice that is not of the offer.
     */
    @Nullable
    PasswordAlgorithm chosenBy(StunMessage request, int nonce) {
        PasswordAlgorithm named = namedBy(request);
        if (isSilentIn(request)) {
            return PasswordAlgorithm.MD5;
        }
        if (!NonceCookie.read(request, nonce).contains(SecurityFeature.PASSWORD_ALGORITHMS)) {
            return named == null ? PasswordAlgorithm.MD5 : named; // no nonce of ours: it will be stale
        }
        int echoed = request.indexOf(AttributeType.PASSWORD_ALGORITHMS);
        boolean unaltered = echoed >= 0 && request.slice(echoed).equals(value);
        return unaltered && named != null && offered.contains(named) ? named : null;
    }

    private static @Nullable PasswordAlgorithm namedBy(StunMessage request) {
        int index = request.indexOf(AttributeType.PASSWORD_ALGORITHM);
        long word = index < 0 ? -1 : request.u32(index);
        boolean withoutParameters = word >= 0 && (word & 0xFFFF) == 0;
        return withoutParameters ? PasswordAlgorithm.fromCode((int) (word >>> Short.SIZE)) : null;
    }
}
