package dev.postern.transport;

import dev.postern.stun.TransportProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How {@link Shards} are set up.
 *
 * @param name begins the names of the threads, such as {@code postern-turn}
 * @param listen where to listen, at least one; in this order in {@link Shards#addresses()}
 * @param shards threads with sockets of their own, 1 to 256; where the OS cannot spread one port over several sockets
 *     (anything but Linux) there is one, whatever is asked for
 * @param streamThreads Netty's threads, 1 to 64; started only if there is a TCP address
 * @param relayBufferBytes what the kernel is asked to hold for a relay socket in each direction; its own maximum wins
 * @param udp how datagrams are moved
 * @param streamLimits bounds for TCP and TLS, and once more for DTLS
 * @param intake what clients begin with: TLS, a proxy's header, DTLS
 * @param closeTimeout how long {@link Shards#close()} may take
 * @param quiet whether its beginning and its end are told at debug only
 */
public record ShardsConfig(
        String name,
        List<ListenAddress> listen,
        int shards,
        int streamThreads,
        int relayBufferBytes,
        UdpOptions udp,
        StreamLimits streamLimits,
        StreamIntake intake,
        Duration closeTimeout,
        boolean quiet) {

    private static final int MAX_SHARDS = 256;
    private static final int MAX_STREAM_THREADS = 64;
    private static final String WITHOUT_TLS = "without TLS where no certificate is given";
    private static final String WITHOUT_DTLS = "without DTLS where nobody is given who speaks it";

    /** Refuses what is out of range with one sentence. */
    public ShardsConfig {
        listen = List.copyOf(listen);
        require(!listen.isEmpty(), "listen", listen, "at least one address");
        require(shards >= 1 && shards <= MAX_SHARDS, "shards", shards, "1 to " + MAX_SHARDS);
        require(
                streamThreads >= 1 && streamThreads <= MAX_STREAM_THREADS,
                "streamThreads",
                streamThreads,
                "1 to " + MAX_STREAM_THREADS);
        require(
                relayBufferBytes >= UdpOptions.SMALLEST_BUFFER_BYTES,
                "relayBufferBytes",
                relayBufferBytes,
                UdpOptions.SMALLEST_BUFFER_BYTES + " or more");
        require(intake.tls() != null || !anySpeaks(listen, TransportProtocol.TLS), "listen", listen, WITHOUT_TLS);
        require(intake.dtls() != null || !anySpeaks(listen, TransportProtocol.DTLS), "listen", listen, WITHOUT_DTLS);
        require(!closeTimeout.isNegative(), "closeTimeout", closeTimeout, "0 or more");
    }

    private static boolean anySpeaks(List<ListenAddress> listen, TransportProtocol protocol) {
        return listen.stream().anyMatch(address -> address.carries(protocol));
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + allowed);
        }
    }

    /** A builder with every value at its default, and nowhere to listen. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values; belongs to one thread. */
    public static final class Builder {

        private final List<ListenAddress> listen = new ArrayList<>();
        private String name = "postern";
        private int shards = Math.min(Runtime.getRuntime().availableProcessors(), MAX_SHARDS);
        private int streamThreads = 1;
        private int relayBufferBytes = 256 << 10;
        private UdpOptions udp = UdpOptions.DEFAULT;
        private StreamLimits streamLimits = StreamLimits.DEFAULT;
        private StreamIntake intake = StreamIntake.PLAIN;
        private Duration closeTimeout = Duration.ofSeconds(5);
        private boolean quiet;

        private Builder() {}

        public Builder name(String value) {
            name = value;
            return this;
        }

        /** Adds one address. */
        public Builder listen(ListenAddress value) {
            listen.add(value);
            return this;
        }

        /** Adds all of these addresses. */
        public Builder listen(List<ListenAddress> values) {
            listen.addAll(values);
            return this;
        }

        public Builder shards(int value) {
            shards = value;
            return this;
        }

        public Builder streamThreads(int value) {
            streamThreads = value;
            return this;
        }

        public Builder relayBufferBytes(int value) {
            relayBufferBytes = value;
            return this;
        }

        public Builder udp(UdpOptions value) {
            udp = value;
            return this;
        }

        public Builder streamLimits(StreamLimits value) {
            streamLimits = value;
            return this;
        }

        public Builder intake(StreamIntake value) {
            intake = value;
            return this;
        }

        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        public Builder quiet(boolean value) {
            quiet = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException with one sentence that names what is out of range
         */
        public ShardsConfig build() {
            return new ShardsConfig(
                    name,
                    listen,
                    shards,
                    streamThreads,
                    relayBufferBytes,
                    udp,
                    streamLimits,
                    intake,
                    closeTimeout,
                    quiet);
        }
    }
}
