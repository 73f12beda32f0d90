package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * Puts one IPv6 prefix for another, and corrects another 16 bits so that checksums stay right: NPTv6 (RFC 6296 section 3).
 * Keeps no state.
 */
final class PrefixAddresses implements ExternalAddresses {

    private static final int WORD_BITS = 16;
    private static final int WORDS = 8;
    private static final int WORD_MASK = 0xFFFF;
    private static final int SUBNET_WORD = 3;
    private static final int MAX_LENGTH = 64;

    private final IpPrefix inside;
    private final IpPrefix outside;
    private final int adjustment;

    PrefixAddresses(IpPrefix inside, IpPrefix outside) {
        if (inside.base().isIpv4()
                || outside.base().isIpv4()
                || inside.length() != outside.length()
                || inside.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(inside + " and " + outside
                    + " must be IPv6 prefixes of one length, of at most " + MAX_LENGTH + " bits");
        }
        this.inside = inside;
        this.outside = outside;
        this.adjustment = add(sum(inside.base()), ~sum(outside.base()) & WORD_MASK);
    }

    @Override
    public boolean owns(IpAddress address) {
        return outside.contains(address);
    }

    @Override
    public @Nullable IpAddress forInside(IpAddress address) {
        return inside.contains(address) ? translated(address, outside, adjustment) : null;
    }

    @Override
    public @Nullable IpAddress insideOf(IpAddress address) {
        return outside.contains(address) ? translated(address, inside, ~adjustment & WORD_MASK) : null;
    }

    private @Nullable IpAddress translated(IpAddress address, IpPrefix prefix, int correction) {
        int free = MAX_LENGTH - prefix.length();
        long hostBits = free == MAX_LENGTH ? address.high() : address.high() & ((1L << free) - 1);
        IpAddress moved = IpAddress.ofIpv6(prefix.base().high() | hostBits, address.low());
        int word = correctedWord(moved, prefix.length());
        if (word < 0) {
            return null;
        }
        int corrected = add(word(moved, word), correction);
        return withWord(moved, word, corrected == WORD_MASK ? 0 : corrected);
    }

    /* The subnet of a prefix that has one (section 3.4), else the first part of the interface identifier that can be (3.5). */
    private static int correctedWord(IpAddress address, int length) {
        int first = length <= SUBNET_WORD * WORD_BITS ? SUBNET_WORD : SUBNET_WORD + 1;
        int last = first == SUBNET_WORD ? SUBNET_WORD : WORDS - 1;
        for (int word = first; word <= last; word++) {
            if (word(address, word) != WORD_MASK) {
                return word;
            }
        }
        return -1;
    }

    private static int sum(IpAddress address) {
        int sum = 0;
        for (int word = 0; word < WORDS; word++) {
            sum = add(sum, word(address, word));
        }
        return sum;
    }

    private static int add(int one, int other) {
        int sum = one + other;
        return (sum & WORD_MASK) + (sum >>> WORD_BITS);
    }

    private static int word(IpAddress address, int index) {
        long half = index < WORDS / 2 ? address.high() : address.low();
        return (int) (half >>> shift(index)) & WORD_MASK;
    }

    private static IpAddress withWord(IpAddress address, int index, int value) {
        long cleared = ~((long) WORD_MASK << shift(index));
        long set = (long) value << shift(index);
        return index < WORDS / 2
                ? IpAddress.ofIpv6((address.high() & cleared) | set, address.low())
                : IpAddress.ofIpv6(address.high(), (address.low() & cleared) | set);
    }

    private static int shift(int index) {
        return (WORDS / 2 - 1 - index % (WORDS / 2)) * WORD_BITS;
    }
}
