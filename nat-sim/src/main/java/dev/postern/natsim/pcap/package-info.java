/**
 * Captures of runs in virtual networks, which Wireshark opens: pcapng with a comment on each packet that says what happened to
 * it. Bytes to an {@link java.io.OutputStream}; no file, no clock.
 *
 * <p>The door is {@link dev.postern.natsim.pcap.RunCapture}; {@link dev.postern.natsim.pcap.PcapngWriter} is the format alone.
 */
@NullMarked
package dev.postern.natsim.pcap;

import org.jspecify.annotations.NullMarked;
