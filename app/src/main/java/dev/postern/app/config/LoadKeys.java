package dev.postern.app.config;

import dev.postern.stun.TransportAddress;
import dev.postern.turn.Redirect;
import dev.postern.turn.TrafficLimits;
import dev.postern.turn.TurnLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** The keys that say how much of the relay may be used by whom, and where clients go when it has enough. */
public final class LoadKeys {

    private static final TrafficLimits TRAFFIC = TrafficLimits.defaults();
    private static final Pattern RATE_TEXT = Pattern.compile("[0-9]{1,12}");

    private static final Kind<Long> RATE = Kind.one("number, 0 for any", LoadKeys::rate);
    private static final Kind<String> DOMAIN = Kind.one("name", LoadKeys::domain);

    public static final Key<Integer> MAX_PERMISSIONS = Key.required(
            "turn.max-permissions",
            Kinds.COUNTED,
            String.valueOf(TurnLimits.defaults().permissions()),
            "How many permissions one allocation may hold.");

    public static final Key<Integer> MAX_CHANNELS = Key.required(
            "turn.max-channels",
            Kinds.COUNTED,
            String.valueOf(TurnLimits.defaults().channels()),
            "How many channels one allocation may hold, at most 4096.");

    public static final Key<Long> SOURCE_QUOTA = rate(
            "turn.source-quota",
            TRAFFIC.sourceAllocations(),
            "How many allocations clients of one IPv4 address or IPv6 /64 may hold.");

    public static final Key<Long> USER_BYTES = rate(
            "turn.user-bytes-per-second",
            TRAFFIC.user().bytes(),
            "Payload that one user may have relayed, both ways together.");

    public static final Key<Long> USER_PACKETS = rate(
            "turn.user-packets-per-second",
            TRAFFIC.user().packets(),
            "Packets that one user may have relayed, both ways together.");

    public static final Key<Long> USER_PEERS = rate(
            "turn.user-peers-per-second",
            TRAFFIC.user().newPeers(),
            "Addresses and ports that one user may newly talk to, or name in a CreatePermission on a shared port, which"
                    + " slows down port scans.");

    public static final Key<Long> SOURCE_BYTES = rate(
            "turn.source-bytes-per-second",
            TRAFFIC.source().bytes(),
            "The same as turn.user-bytes-per-second for one source.");

    public static final Key<Long> SOURCE_PACKETS = rate(
            "turn.source-packets-per-second",
            TRAFFIC.source().packets(),
            "The same as turn.user-packets-per-second for one source.");

    public static final Key<Long> SOURCE_PEERS = rate(
            "turn.source-peers-per-second",
            TRAFFIC.source().newPeers(),
            "The same as turn.user-peers-per-second for one source.");

    public static final Key<Long> TOTAL_BYTES = rate(
            "turn.total-bytes-per-second",
            TRAFFIC.total().bytes(),
            "The same as turn.user-bytes-per-second for all users together.");

    public static final Key<Long> TOTAL_PACKETS = rate(
            "turn.total-packets-per-second",
            TRAFFIC.total().packets(),
            "The same as turn.user-packets-per-second for all users together.");

    public static final Key<Long> TOTAL_PEERS = rate(
            "turn.total-peers-per-second",
            TRAFFIC.total().newPeers(),
            "The same as turn.user-peers-per-second for all users together.");

    public static final Key<Integer> RATE_BURST = Key.required(
            "turn.rate-burst",
            Kinds.COUNTED,
            String.valueOf(TRAFFIC.burstSeconds()),
            "How many seconds' worth of bytes and packets may come at once after a rest, and a tenfold of new peers; at most 60.");

    public static final Key<List<TransportAddress>> ALTERNATE_SERVER = Key.optional(
            "turn.alternate-server",
            Kinds.ENDPOINTS,
            "clients are never sent elsewhere",
            "The other relay that new clients are sent to, one for each address family.");

    public static final Key<String> ALTERNATE_DOMAIN = Key.optional(
            "turn.alternate-domain",
            DOMAIN,
            "the same as here",
            "The name in the other relay's certificate, for clients over TLS.");

    public static final Key<Long> REDIRECT_ABOVE = rate(
            "turn.redirect-above",
            Redirect.NONE.above(),
            "With so many allocations here new ones are sent to turn.alternate-server; 0 sends nobody while the relay takes clients.");

    static final List<Key<?>> OF_TURN = List.of(
            MAX_PERMISSIONS,
            MAX_CHANNELS,
            SOURCE_QUOTA,
            USER_BYTES,
            USER_PACKETS,
            USER_PEERS,
            SOURCE_BYTES,
            SOURCE_PACKETS,
            SOURCE_PEERS,
            TOTAL_BYTES,
            TOTAL_PACKETS,
            TOTAL_PEERS,
            RATE_BURST,
            ALTERNATE_SERVER,
            ALTERNATE_DOMAIN,
            REDIRECT_ABOVE);

    private LoadKeys() {}

    private static Key<Long> rate(String name, long preset, String sentence) {
        return Key.required(name, RATE, String.valueOf(preset), sentence);
    }

    private static Long rate(String text) throws BadValueException {
        if (!RATE_TEXT.matcher(text).matches()) {
            throw new BadValueException(text, "write a number of at most 12 digits, or 0 for no limit");
        }
        return Long.valueOf(text);
    }

    private static String domain(String text) throws BadValueException {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > Redirect.MAX_DOMAIN_BYTES || text.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
            throw new BadValueException(
                    text, "write a name of at most " + Redirect.MAX_DOMAIN_BYTES + " bytes without spaces");
        }
        return text;
    }
}
