package dev.postern.signaling.protocol;

import static dev.postern.signaling.protocol.ClientReader.present;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a welcome. One instance reads one message. */
final class WelcomeReader {

    private static final long MISSING = -1;

    private final JsonIn in;

    private long version = MISSING;
    private long seq = MISSING;
    private long lost;
    private boolean resumed;
    private List<String> caps = List.of();
    private @Nullable String sid;
    private @Nullable String secret;
    private @Nullable String peer;
    private @Nullable String epoch;
    private ServerMessage.@Nullable Heartbeat heartbeat;
    private ServerMessage.@Nullable Limits limits;
    private @Nullable IceServers ice;

    WelcomeReader(JsonIn in) {
        this.in = in;
    }

    ServerMessage read() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "v" -> version = in.integer(1, Integer.MAX_VALUE);
                case "caps" -> caps = in.list(JsonIn::text);
                case "sid" -> sid = in.text();
                case "resume" -> secret = in.text();
                case "peer" -> peer = in.text();
                case "seq" -> seq = in.integer(0);
                case "epoch" -> epoch = in.text();
                case "hb" -> heartbeat = in.object(WelcomeReader::heartbeat);
                case "limits" -> limits = in.object(WelcomeReader::limits);
                case "ice" -> ice = in.object(WelcomeReader::ice);
                case "resumed" -> resumed = in.flag();
                case "lost" -> lost = in.integer(0);
                default -> in.skip();
            }
        }
        present("v", version);
        return new ServerMessage.Welcome(
                caps,
                present("sid", sid),
                present("resume", secret),
                present("peer", peer),
                present("seq", seq),
                present("epoch", epoch),
                present("hb", heartbeat),
                present("limits", limits),
                present("ice", ice),
                resumed,
                lost);
    }

    private static ServerMessage.Heartbeat heartbeat(JsonIn in) throws IOException, BadField {
        long every = MISSING;
        long dead = MISSING;
        while (in.nextField()) {
            switch (in.field()) {
                case "every" -> every = in.integer(1);
                case "dead" -> dead = in.integer(1);
                default -> in.skip();
            }
        }
        return new ServerMessage.Heartbeat(present("hb.every", every), present("hb.dead", dead));
    }

    private static ServerMessage.Limits limits(JsonIn in) throws IOException, BadField {
        long messageBytes = MISSING;
        long rate = MISSING;
        long queue = MISSING;
        long rooms = MISSING;
        while (in.nextField()) {
            switch (in.field()) {
                case "msg" -> messageBytes = in.integer(1, Integer.MAX_VALUE);
                case "rate" -> rate = in.integer(1, Integer.MAX_VALUE);
                case "queue" -> queue = in.integer(1, Integer.MAX_VALUE);
                case "rooms" -> rooms = in.integer(1, Integer.MAX_VALUE);
                default -> in.skip();
            }
        }
        return new ServerMessage.Limits(
                (int) present("limits.msg", messageBytes),
                (int) present("limits.rate", rate),
                (int) present("limits.queue", queue),
                (int) present("limits.rooms", rooms));
    }

    private static IceServers ice(JsonIn in) throws IOException, BadField {
        List<IceServer> servers = null;
        long ttl = MISSING;
        while (in.nextField()) {
            switch (in.field()) {
                case "servers" -> servers = in.list(SharedReader::iceServer);
                case "ttl" -> ttl = in.integer(1);
                default -> in.skip();
            }
        }
        return new IceServers(present("ice.servers", servers), present("ice.ttl", ttl));
    }
}
