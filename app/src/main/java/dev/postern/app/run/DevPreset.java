package dev.postern.app.run;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.EdgeKeys;
import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.SignalingKeys;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code --dev} sets where nothing else does: everything on loopback, for one person on one machine. */
public final class DevPreset {

    /** How messages call it. */
    public static final String ORIGIN = "--dev";

    /** How messages call it where a person lets others on his network in. */
    public static final String LAN_ORIGIN = "--dev --lan";

    private static final String STUN_AND_TURN = "udp://127.0.0.1:3478,tcp://127.0.0.1:3478";
    private static final int SECRET_BYTES = 32;

    /** Private and loopback blocks; link-local stays denied, since cloud machines keep their keys there. */
    private static final List<String> NEAR =
            List.of("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7");

    private DevPreset() {}

    /**
     * The settings for the parts that a command runs, with a new secret. Where the relay runs it answers Binding as well, and
     * {@code stun.listen} is left alone: so one key moves both to another port.
     */
    public static Map<Key<?>, String> settings(Set<Part> parts, Host host, RandomGenerator random) {
        Map<Key<?>, String> settings = new HashMap<>();
        if (parts.contains(Part.SIGNALING)) {
            settings.put(Keys.SIGNALING_LISTEN, "127.0.0.1:8080");
            settings.put(SignalingKeys.AUTH, "anonymous");
        }
        if (parts.contains(Part.TURN)) {
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            settings.put(Keys.TURN_LISTEN, STUN_AND_TURN);
            settings.put(
                    Keys.TURN_SHARED_SECRET,
                    Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
            settings.put(Keys.TURN_ALLOW_PEERS, nearPeers(host));
            settings.put(Keys.TURN_WARM_UP, "0s"); // a person waits for the start
        } else if (parts.contains(Part.STUN)) {
            settings.put(Keys.STUN_LISTEN, STUN_AND_TURN);
        }
        return settings;
    }

    /**
     * The same for the private network that this host is in, so that a phone and a laptop can call each other: the pages over TLS,
     * since browsers give camera and microphone to no other page, and the relay for peers of this network and the Internet alone. Of
     * several networks it is the one towards the outside: others, such as those of containers, are nobody's who sits in front of a
     * phone.
     *
     * @throws ConfigException if this host is in no private network
     */
    public static Map<Key<?>, String> lanSettings(Set<Part> parts, Host host, RandomGenerator random)
            throws ConfigException {
        List<LanAddress> lans = host.lanAddresses();
        if (lans.isEmpty()) {
            throw new ConfigException(
                    List.of("--lan finds no private IPv4 address on this host, so there is no network to"
                            + " listen on; connect to one, or leave --lan out."));
        }
        LanAddress lan = lans.get(0);
        String listeners = "udp://" + lan.address() + ":3478,tcp://" + lan.address() + ":3478";
        Map<Key<?>, String> settings = settings(parts, host, random);
        settings.replace(Keys.SIGNALING_LISTEN, "https://" + lan.address() + ":8443");
        settings.replace(Keys.TURN_LISTEN, listeners);
        settings.replace(Keys.STUN_LISTEN, listeners);
        settings.replace(Keys.TURN_ALLOW_PEERS, lan.network().toString());
        settings.put(EdgeKeys.TLS_SELF_SIGNED, "true");
        return settings;
    }

    private static String nearPeers(Host host) {
        Stream<String> own = host.addresses().stream()
                .filter(address ->
                        NEAR.stream().noneMatch(block -> IpPrefix.parse(block).contains(address)))
                .map(IpAddress::toString);
        return Stream.concat(NEAR.stream(), own.distinct()).collect(Collectors.joining(","));
    }
}
