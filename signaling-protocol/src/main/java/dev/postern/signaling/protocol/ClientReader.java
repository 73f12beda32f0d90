package dev.postern.signaling.protocol;

import static dev.postern.signaling.protocol.ClientMessage.NO_GOT;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a client message from inside its object. One instance reads one message: the fields that several
 * types have stand here under their names until the message is made.
 */
final class ClientReader {

    private static final long MISSING = -1;

    private final JsonFactory factory;
    private final JsonIn in;

    private long id = MISSING;
    private long got = NO_GOT;
    private long version = MISSING;
    private long neg = MISSING;
    private long gen = MISSING;
    private long ts = MISSING;
    private boolean end;
    private @Nullable Boolean on;
    private @Nullable String room;
    private @Nullable String to;
    private @Nullable String name;
    private @Nullable String token;
    private @Nullable String peer;
    private Meta meta = Meta.EMPTY;
    private List<String> caps = List.of();
    private ClientMessage.@Nullable Resume resume;
    private @Nullable Description description;
    private @Nullable List<Candidate> candidates;

    ClientReader(JsonFactory factory, JsonIn in) {
        this.factory = factory;
        this.in = in;
    }

    /** The message of the given type; null if a client sends no such type. */
    @Nullable
    ClientMessage read(String type) throws IOException, BadField {
        return switch (type) {
            case "hello" -> hello();
            case "join" -> join();
            case "leave" -> leave();
            case "sig" -> sig();
            case "ice" -> ice();
            case "auth" -> auth();
            case "kick" -> kick();
            case "lock" -> lock();
            case "ack" -> ack();
            case "ping" -> ping();
            case "pong" -> pong();
            default -> null;
        };
    }

    private ClientMessage hello() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "v" -> version = in.integer(0, Integer.MAX_VALUE);
                case "token" -> token = in.textOrNull();
                case "caps" -> caps = in.isNull() ? List.of() : in.list(JsonIn::text);
                case "resume" -> resume = in.isNull() ? null : in.object(ClientReader::resume);
                default -> in.skip();
            }
        }
        return new ClientMessage.Hello((int) present("v", version), caps, token, resume);
    }

    private static ClientMessage.Resume resume(JsonIn in) throws IOException, BadField {
        String sid = null;
        String secret = null;
        String epoch = null;
        long got = MISSING;
        long attempt = ClientMessage.Resume.UNCOUNTED;
        while (in.nextField()) {
            switch (in.field()) {
                case "sid" -> sid = in.text();
                case "secret" -> secret = in.text();
                case "epoch" -> epoch = in.text();
                case "got" -> got = in.integer(0);
                case "attempt" -> attempt = in.isNull() ? ClientMessage.Resume.UNCOUNTED : in.integer(1);
                default -> in.skip();
            }
        }
        return new ClientMessage.Resume(
                present("resume.sid", sid),
                present("resume.secret", secret),
                present("resume.epoch", epoch),
                present("resume.got", got),
                attempt);
    }

    private ClientMessage join() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "room" -> room = in.text();
                case "name" -> name = in.textOrNull();
                case "meta" -> meta = in.isNull() ? Meta.EMPTY : MetaReader.read(factory, in);
                default -> common();
            }
        }
        return new ClientMessage.Join(present("id", id), present("room", room), name, meta, got);
    }

    private ClientMessage leave() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "room" -> room = in.text();
                default -> common();
            }
        }
        return new ClientMessage.Leave(present("id", id), present("room", room), got);
    }

    private ClientMessage sig() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "to" -> to = in.text();
                case "room" -> room = in.text();
                case "neg" -> neg = in.integer(0);
                case "gen" -> gen = in.integer(0);
                case "d" -> description = in.object(SharedReader::description);
                default -> common();
            }
        }
        return new ClientMessage.Sig(
                present("id", id),
                present("to", to),
                present("room", room),
                present("neg", neg),
                present("gen", gen),
                present("d", description),
                got);
    }

    private ClientMessage ice() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "to" -> to = in.text();
                case "room" -> room = in.text();
                case "gen" -> gen = in.integer(0);
                case "c" -> candidates = in.list(SharedReader::candidate);
                case "end" -> end = !in.isNull() && in.flag();
                default -> common();
            }
        }
        return new ClientMessage.Ice(
                present("id", id),
                present("to", to),
                present("room", room),
                present("gen", gen),
                present("c", candidates),
                end,
                got);
    }

    private ClientMessage auth() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "token" -> token = in.text();
                default -> common();
            }
        }
        return new ClientMessage.Auth(present("id", id), present("token", token), got);
    }

    private ClientMessage kick() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "room" -> room = in.text();
                case "peer" -> peer = in.text();
                default -> common();
            }
        }
        return new ClientMessage.Kick(present("id", id), present("room", room), present("peer", peer), got);
    }

    private ClientMessage lock() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "room" -> room = in.text();
                case "on" -> on = in.flag();
                default -> common();
            }
        }
        return new ClientMessage.Lock(present("id", id), present("room", room), present("on", on), got);
    }

    private ClientMessage ack() throws IOException, BadField {
        while (in.nextField()) {
            acknowledgement();
        }
        return new ClientMessage.Ack(present("got", got));
    }

    private ClientMessage ping() throws IOException, BadField {
        readTs();
        return new ClientMessage.Ping(present("ts", ts), got);
    }

    private ClientMessage pong() throws IOException, BadField {
        readTs();
        return new ClientMessage.Pong(present("ts", ts), got);
    }

    private void readTs() throws IOException, BadField {
        while (in.nextField()) {
            switch (in.field()) {
                case "ts" -> ts = in.integer(0);
                default -> acknowledgement();
            }
        }
    }

    private void common() throws IOException, BadField {
        switch (in.field()) {
            case "id" -> id = in.integer(1);
            default -> acknowledgement();
        }
    }

    private void acknowledgement() throws IOException, BadField {
        switch (in.field()) {
            case "got" -> got = in.isNull() ? NO_GOT : in.integer(0);
            default -> in.skip();
        }
    }

    static <T> T present(String field, @Nullable T value) throws BadField {
        if (value == null) {
            throw BadField.missing(field);
        }
        return value;
    }

    static long present(String field, long value) throws BadField {
        if (value == MISSING) {
            throw BadField.missing(field);
        }
        return value;
    }
}
