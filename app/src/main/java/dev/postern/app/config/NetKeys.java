package dev.postern.app.config;

import dev.postern.transport.UdpDriverKind;
import dev.postern.transport.UdpOptions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys that say how datagrams are moved, by STUN and the relay alike. */
public final class NetKeys {

    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MOST_MICROS = UdpOptions.LONGEST_COALESCE.toNanos() / NANOS_PER_MICRO;
    private static final Pattern BYTES_TEXT = Pattern.compile("[0-9]{1,9}");
    private static final Pattern MICROS_TEXT = Pattern.compile("([0-9]{1,5})us");

    private static final Kind<UdpDriverKind> DRIVER_KIND = Kind.one("auto, nio or linux", NetKeys::driver);

    public static final Key<UdpDriverKind> DRIVER = Key.required(
            "net.driver",
            DRIVER_KIND,
            UdpOptions.DEFAULT.driver().word(),
            "What moves datagrams: linux takes and sends many in one system call, nio is for all systems, and auto is linux where it can run.");

    public static final Key<Duration> COALESCE_MAX = Key.required(
            "net.coalesce-max",
            Kind.one("microseconds", NetKeys::microseconds),
            UdpOptions.DEFAULT.coalesceMax().toNanos() / NANOS_PER_MICRO + "us",
            "How long datagrams may be let gather at rates where that saves wake-ups, which is the latency that it adds to a datagram; the last one of a burst to one socket may wait three times as long. 0us never.");

    public static final Key<Integer> LISTENER_BUFFER_BYTES = Key.required(
            "net.listener-buffer-bytes",
            Kind.one("bytes", NetKeys::bufferBytes),
            String.valueOf(UdpOptions.DEFAULT.listenerBufferBytes()),
            "What the kernel is asked to hold for a UDP listener or a shared relay port, in each direction, while the server has no CPU; it gives no more than net.core.rmem_max, and a warning says so.");

    static final List<Key<?>> ALL = List.of(DRIVER, COALESCE_MAX, LISTENER_BUFFER_BYTES);

    private NetKeys() {}

    private static UdpDriverKind driver(String text) throws BadValueException {
        UdpDriverKind kind = UdpDriverKind.find(text);
        if (kind == null) {
            throw new BadValueException(text, "write auto, nio or linux");
        }
        String reason = kind.unavailable();
        if (reason != null) {
            throw new BadValueException(text, "write auto or nio, as the " + text + " driver " + reason);
        }
        return kind;
    }

    private static int bufferBytes(String text) throws BadValueException {
        int bytes = BYTES_TEXT.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (bytes < UdpOptions.SMALLEST_BUFFER_BYTES || bytes > UdpOptions.LARGEST_BUFFER_BYTES) {
            throw new BadValueException(
                    text,
                    "write a number of bytes, " + UdpOptions.SMALLEST_BUFFER_BYTES + " to "
                            + UdpOptions.LARGEST_BUFFER_BYTES);
        }
        return bytes;
    }

    private static Duration microseconds(String text) throws BadValueException {
        Matcher matcher = MICROS_TEXT.matcher(text);
        long micros = matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
        if (micros < 0 || micros > MOST_MICROS) {
            throw new BadValueException(text, "write a number and us, from 0us to " + MOST_MICROS + "us");
        }
        return Duration.ofNanos(micros * NANOS_PER_MICRO);
    }
}
