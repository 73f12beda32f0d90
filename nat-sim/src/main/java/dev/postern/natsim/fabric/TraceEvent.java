package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * One step of one packet.
 *
 * @param nanos when, in virtual time
 * @param flight the number of the packet, the same on its whole way
 * @param step what happened to it
 * @param where the host, router or zone
 * @param packet as it is after the step
 * @param note the reason of a drop, otherwise empty
 */
public record TraceEvent(long nanos, long flight, Step step, String where, Packet packet, String note) {

    private static final int NANO_DIGITS = 9;

    /** Refuses a drop without a reason. */
    public TraceEvent {
        if (step == Step.DROPPED && note.isBlank()) {
            throw new IllegalArgumentException("a drop at " + where + " without a reason: " + packet);
        }
    }

    /** What can happen to a packet. */
    public enum Step {
        /** A host sent it. */
        SENT,
        /** A router passed it on, with another source or destination unless it does not translate. */
        PASSED,
        /** It arrived at an open port. */
        ARRIVED,
        /** It came to an end. */
        DROPPED
    }

    /** One line: time in seconds, flight, step, place, packet with a checksum of its payload, and the reason of a drop. */
    @Override
    public String toString() {
        CRC32 checksum = new CRC32();
        checksum.update(packet.payload());
        String line = BigDecimal.valueOf(nanos, NANO_DIGITS).toPlainString() + " #" + flight + " " + step + " " + where
                + " " + packet + " crc " + HexFormat.of().toHexDigits((int) checksum.getValue());
        return note.isEmpty() ? line : line + " (" + note + ")";
    }
}
