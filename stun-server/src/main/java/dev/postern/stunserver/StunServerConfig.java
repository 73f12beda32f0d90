package dev.postern.stunserver;

import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.ShardsConfig;
import dev.postern.transport.StreamIntake;
import dev.postern.transport.StreamLimits;
import dev.postern.transport.UdpOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link StunServer} is set up.
 *
 * @param listen where to listen, at least one, the sockets of {@code discovery} among them; in this order in {@link
 *     StunServer#addresses()}
 * @param discovery the addresses of NAT behaviour discovery, none, or one for each family
 * @param shards threads with sockets of their own, 1 to 256
 * @param udp how datagrams are moved
 * @param streamLimits bounds for TCP and TLS
 * @param intake what clients begin with: TLS, a load balancer's header, DTLS
 * @param software the text of SOFTWARE in every response, 1 to 127 characters and at most 763 bytes (RFC 8489 section 14.14);
 *     null for none, which is the default as an answer grows by it
 * @param responsesPerSecond answers over UDP that one IPv4 address or IPv6 /64 gets per second from one shard, in the long
 *     run, 1 to 1,000,000; beyond it requests are not answered. 0 for no limit
 * @param responseBurst answers that it gets at once after a rest, 1 to 1,000,000
 */
public record StunServerConfig(
        List<ListenAddress> listen,
        List<DiscoveryAddresses> discovery,
        int shards,
        UdpOptions udp,
        StreamLimits streamLimits,
        StreamIntake intake,
        @Nullable String software,
        int responsesPerSecond,
        int responseBurst) {

    /** The name that TLS clients may ask for (RFC 7443 section 3). */
    private static final String ALPN_NAT_DISCOVERY = "stun.nat-discovery";

    private static final int MAX_SOFTWARE_CHARACTERS = 127;
    private static final int MAX_SOFTWARE_BYTES = 763;
    private static final int MAX_SHARDS = 256;
    private static final int MAX_RATE = 1_000_000;

    /** Refuses what is out of range with one sentence. */
    public StunServerConfig {
        discovery = List.copyOf(discovery);
        listen = withSockets(listen, discovery);
        require(!listen.isEmpty(), "listen", listen, "at least one address");
        require(shards >= 1 && shards <= MAX_SHARDS, "shards", shards, "1 to " + MAX_SHARDS);
        require(software == null || isSoftware(software), "software", software, "1 to 127 characters");
        require(
                responsesPerSecond >= 0 && responsesPerSecond <= MAX_RATE,
                "responsesPerSecond",
                responsesPerSecond,
                "0 to " + MAX_RATE);
        require(responseBurst >= 1 && responseBurst <= MAX_RATE, "responseBurst", responseBurst, "1 to " + MAX_RATE);
    }

    private static List<ListenAddress> withSockets(List<ListenAddress> listen, List<DiscoveryAddresses> discovery) {
        Stream<ListenAddress> sockets = DiscoveryAddresses.socketsOf(discovery).stream()
                .map(socket -> new ListenAddress(TransportProtocol.UDP, socket));
        return Stream.concat(listen.stream(), sockets.filter(socket -> !listen.contains(socket)))
                .toList();
    }

    private static boolean isSoftware(String text) {
        int characters = text.codePointCount(0, text.length());
        return characters >= 1
                && characters <= MAX_SOFTWARE_CHARACTERS
                && text.getBytes(StandardCharsets.UTF_8).length <= MAX_SOFTWARE_BYTES;
    }

    private static void require(boolean holds, String name, @Nullable Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + allowed);
        }
    }

    /** How its sockets and threads are set up. */
    ShardsConfig transport() {
        return ShardsConfig.builder()
                .name("postern-stun")
                .listen(listen)
                .shards(shards)
                .udp(udp)
                .streamLimits(streamLimits)
                .intake(intake.withApplicationProtocols(ALPN_NAT_DISCOVERY))
                .build();
    }

    /** A builder with every value at its default, and nowhere to listen. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values; belongs to one thread. */
    public static final class Builder {

        private final List<ListenAddress> listen = new ArrayList<>();
        private final List<DiscoveryAddresses> discovery = new ArrayList<>();
        private int shards = Math.min(Runtime.getRuntime().availableProcessors(), MAX_SHARDS);
        private UdpOptions udp = UdpOptions.DEFAULT;
        private StreamLimits streamLimits = StreamLimits.DEFAULT;
        private StreamIntake intake = StreamIntake.PLAIN;
        private @Nullable String software;
        private int responsesPerSecond = 500;
        private int responseBurst = 1000;

        private Builder() {}

        /** Adds one address. */
        public Builder listen(ListenAddress value) {
            listen.add(value);
            return this;
        }

        /** Adds one address, such as {@code udp://127.0.0.1:3478}; see {@link ListenAddress#parse}. */
        public Builder listen(String value) {
            return listen(ListenAddress.parse(value));
        }

        /** Offers behaviour discovery, and listens on its four sockets over UDP. */
        public Builder discovery(DiscoveryAddresses value) {
            discovery.add(value);
            return this;
        }

        public Builder shards(int value) {
            shards = value;
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

        /** TLS and load balancers; its protocols for ALPN are this server's own whatever it says. */
        public Builder intake(StreamIntake value) {
            intake = value;
            return this;
        }

        public Builder software(@Nullable String value) {
            software = value;
            return this;
        }

        /** Both bounds on the answers over UDP to one source; a rate of 0 for no limit. */
        public Builder responseLimit(int perSecond, int burst) {
            responsesPerSecond = perSecond;
            responseBurst = burst;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException with one sentence that names what is out of range
         */
        public StunServerConfig build() {
            return new StunServerConfig(
                    listen, discovery, shards, udp, streamLimits, intake, software, responsesPerSecond, responseBurst);
        }
    }
}
