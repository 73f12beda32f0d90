package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Puts addresses for others in UDP payloads, as an {@link Alg} says. */
final class AddressRewriter {

    private final Alg alg;

    AddressRewriter(Alg alg) {
        this.alg = alg;
    }

    /** The packet with every {@code from} in its payload turned into {@code to}. */
    Packet rewritten(Packet packet, int remotePort, IpAddress from, IpAddress to) {
        boolean looksAtIt = (alg.binary() || alg.text())
                && (alg.ports().isEmpty() || alg.ports().contains(remotePort));
        if (!looksAtIt || !(packet.content() instanceof Content.Udp udp)) {
            return packet;
        }
        ByteBuffer payload = packet.payload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        byte[] changed = bytes;
        if (alg.binary()) {
            changed = replaced(
                    changed,
                    from.toInetAddress().getAddress(),
                    to.toInetAddress().getAddress());
        }
        if (alg.text() && from.isIpv4()) {
            changed = replaced(changed, ascii(from), ascii(to));
        }
        return changed == bytes ? packet : packet.with(new Content.Udp(ByteBuffer.wrap(changed), udp.checksum()));
    }

    private static byte[] ascii(IpAddress address) {
        return address.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] replaced(byte[] bytes, byte[] from, byte[] to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String wanted = new String(from, StandardCharsets.ISO_8859_1);
        return text.contains(wanted)
                ? text.replace(wanted, new String(to, StandardCharsets.ISO_8859_1))
                        .getBytes(StandardCharsets.ISO_8859_1)
                : bytes;
    }
}
