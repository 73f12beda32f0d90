package dev.postern.signaling.protocol;

import static dev.postern.signaling.protocol.ClientReader.present;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a server message from inside its object. One instance reads one message. */
final class ServerReader {

    private static final long MISSING = -1;

    private final JsonFactory factory;
    private final JsonIn in;

    private long seq = MISSING;
    private long neg = MISSING;
    private long gen = MISSING;
    private long re = MISSING;
    private long ts = MISSING;
    private long code = MISSING;
    private long after;
    private @Nullable String from;
    private @Nullable String to;
    private @Nullable String room;
    private @Nullable String name;

    ServerReader(JsonFactory factory, JsonIn in) {
        this.factory = factory;
        this.in = in;
    }

    /** The message of the given type; null if the server sends no such type. */
    @Nullable
    ServerMessage read(String type) throws IOException, BadField {
        return switch (type) {
            case "welcome" -> new WelcomeReader(in).read();
            case "ok" -> ok();
            case "err" -> err();
            case "sig" -> sig();
            case "ice" -> ice();
            case "peer" -> peerChange();
            case "room" -> roomChange();
            case "ice-servers" -> iceServersChange();
            case "expiring" -> expiring();
            case "bye" -> bye();
            case "ping" -> new ServerMessage.Ping(readTs());
            case "pong" -> new ServerMessage.Pong(readTs());
            default -> null;
        };
    }

    private ServerMessage ok() throws IOException, BadField {
        String you = null;
        Role role = Role.PEER;
        boolean locked = false;
        List<Peer> peers = null;
        while (in.nextField()) {
            switch (in.field()) {
                case "re" -> re = in.integer(1);
                case "seq" -> seq = in.integer(1);
                case "room" -> room = in.text();
                case "you" -> you = in.text();
                case "role" -> role = in.constant(Role.class);
                case "locked" -> locked = in.flag();
                case "peers" -> peers = in.list(item -> item.object(this::peer));
                default -> in.skip();
            }
        }
        Joined joined =
                room == null ? null : new Joined(room, present("you", you), role, locked, present("peers", peers));
        return new ServerMessage.Ok(present("re", re), joined, seq == MISSING ? ServerMessage.UNNUMBERED : seq);
    }

    private ServerMessage err() throws IOException, BadField {
        boolean retry = false;
        String detail = "";
        while (in.nextField()) {
            switch (in.field()) {
                case "re" -> re = in.isNull() ? MISSING : in.integer(1);
                case "code" -> code = in.integer(0, Integer.MAX_VALUE);
                case "name" -> name = in.text();
                case "retry" -> retry = in.flag();
                case "after" -> after = in.integer(0);
                case "detail" -> detail = in.text();
                default -> in.skip();
            }
        }
        return new ServerMessage.Err(
                re == MISSING ? null : re, (int) present("code", code), present("name", name), retry, after, detail);
    }

    private ServerMessage sig() throws IOException, BadField {
        Description description = null;
        while (in.nextField()) {
            switch (in.field()) {
                case "neg" -> neg = in.integer(0);
                case "d" -> description = in.object(SharedReader::description);
                default -> directed();
            }
        }
        return new ServerMessage.Sig(
                present("seq", seq),
                present("from", from),
                present("to", to),
                present("room", room),
                present("neg", neg),
                present("gen", gen),
                present("d", description));
    }

    private ServerMessage ice() throws IOException, BadField {
        List<Candidate> candidates = null;
        boolean end = false;
        while (in.nextField()) {
            switch (in.field()) {
                case "c" -> candidates = in.list(SharedReader::candidate);
                case "end" -> end = !in.isNull() && in.flag();
                default -> directed();
            }
        }
        return new ServerMessage.Ice(
                present("seq", seq),
                present("from", from),
                present("to", to),
                present("room", room),
                present("gen", gen),
                present("c", candidates),
                end);
    }

    private void directed() throws IOException, BadField {
        switch (in.field()) {
            case "seq" -> seq = in.integer(1);
            case "from" -> from = in.text();
            case "to" -> to = in.text();
            case "room" -> room = in.text();
            case "gen" -> gen = in.integer(0);
            default -> in.skip();
        }
    }

    private ServerMessage peerChange() throws IOException, BadField {
        PeerEvent event = null;
        Peer peer = null;
        LeaveReason why = null;
        while (in.nextField()) {
            switch (in.field()) {
                case "seq" -> seq = in.integer(1);
                case "ev" -> event = in.constant(PeerEvent.class);
                case "room" -> room = in.text();
                case "peer" -> peer = in.object(this::peer);
                case "why" -> why = in.isNull() ? null : in.constant(LeaveReason.class);
                default -> in.skip();
            }
        }
        return new ServerMessage.PeerChange(
                present("seq", seq), present("ev", event), present("room", room), present("peer", peer), why);
    }

    private Peer peer(JsonIn at) throws IOException, BadField {
        if (!at.isObject()) {
            throw at.mustBe("an object");
        }
        String id = null;
        String peerName = null;
        Meta meta = Meta.EMPTY;
        boolean polite = false;
        while (at.nextField()) {
            switch (at.field()) {
                case "id" -> id = at.text();
                case "name" -> peerName = at.textOrNull();
                case "meta" -> meta = at.isNull() ? Meta.EMPTY : MetaReader.read(factory, at);
                case "polite" -> polite = at.flag();
                default -> at.skip();
            }
        }
        return new Peer(present("peer.id", id), peerName, meta, polite);
    }

    private ServerMessage roomChange() throws IOException, BadField {
        Boolean locked = null;
        while (in.nextField()) {
            switch (in.field()) {
                case "seq" -> seq = in.integer(1);
                case "room" -> room = in.text();
                case "locked" -> locked = in.flag();
                default -> in.skip();
            }
        }
        return new ServerMessage.RoomChange(present("seq", seq), present("room", room), present("locked", locked));
    }

    private ServerMessage expiring() throws IOException, BadField {
        long inMillis = MISSING;
        while (in.nextField()) {
            switch (in.field()) {
                case "in" -> inMillis = in.integer(0);
                default -> in.skip();
            }
        }
        return new ServerMessage.Expiring(present("in", inMillis));
    }

    private ServerMessage iceServersChange() throws IOException, BadField {
        List<IceServer> servers = null;
        long ttl = MISSING;
        while (in.nextField()) {
            switch (in.field()) {
                case "seq" -> seq = in.integer(1);
                case "servers" -> servers = in.list(SharedReader::iceServer);
                case "ttl" -> ttl = in.integer(1);
                default -> in.skip();
            }
        }
        return new ServerMessage.IceServersChange(
                present("seq", seq), new IceServers(present("servers", servers), present("ttl", ttl)));
    }

    private ServerMessage bye() throws IOException, BadField {
        Advice advice = null;
        String url = null;
        while (in.nextField()) {
            switch (in.field()) {
                case "code" -> code = in.integer(0, Integer.MAX_VALUE);
                case "advice" -> advice = in.constant(Advice.class);
                case "after" -> after = in.integer(0);
                case "url" -> url = in.textOrNull();
                default -> in.skip();
            }
        }
        return new ServerMessage.Bye((int) present("code", code), present("advice", advice), after, url);
    }

    private long readTs() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "ts" -> ts = in.integer(0);
                default -> in.skip();
            }
        }
        return present("ts", ts);
    }
}
