package dev.postern.natsim.pcap;

/** The checksum of the internet protocols (RFC 1071): the complement of the sum of 16-bit words in ones' complement. */
final class Checksum {

    private Checksum() {}

    /**
     * Over the first bytes; an odd last one counts as the high half of a word.
     *
     * @param seed a sum of words to begin with, such as that of a pseudo-header
     */
    static short of(byte[] bytes, int length, long seed) {
        long sum = seed;
        for (int i = 0; i < length; i += 2) {
            int high = bytes[i] & 0xFF;
            int low = i + 1 < length ? bytes[i + 1] & 0xFF : 0;
            sum += high << Byte.SIZE | low;
        }
        while (sum >>> Short.SIZE != 0) {
            sum = (sum & 0xFFFF) + (sum >>> Short.SIZE);
        }
        return (short) ~sum;
    }
}
