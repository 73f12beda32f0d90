package dev.postern.peer.model;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;

/** Messages with another number in them. */
final class Restamped {

    private Restamped() {}

    static ClientMessage withId(ClientMessage.Request request, long id) {
        if (request instanceof ClientMessage.Join m) {
            return new ClientMessage.Join(id, m.room(), m.name(), m.meta(), m.got());
        } else if (request instanceof ClientMessage.Leave m) {
            return new ClientMessage.Leave(id, m.room(), m.got());
        } else if (request instanceof ClientMessage.Sig m) {
            return new ClientMessage.Sig(id, m.to(), m.room(), m.neg(), m.gen(), m.description(), m.got());
        } else if (request instanceof ClientMessage.Ice m) {
            return new ClientMessage.Ice(id, m.to(), m.room(), m.gen(), m.candidates(), m.end(), m.got());
        }
        return request;
    }

    /** Another number of the attempt, where it is one to resume. */
    static ClientMessage withAttempt(ClientMessage message, long attempt) {
        if (message instanceof ClientMessage.Hello hello) {
            ClientMessage.Resume old = hello.resume();
            if (old != null) {
                ClientMessage.Resume other =
                        new ClientMessage.Resume(old.sid(), old.secret(), old.epoch(), old.got(), attempt);
                return new ClientMessage.Hello(hello.version(), hello.caps(), other);
            }
        }
        return message;
    }

    static ClientMessage withGot(ClientMessage message, long got) {
        if (message instanceof ClientMessage.Join m) {
            return new ClientMessage.Join(m.id(), m.room(), m.name(), m.meta(), got);
        } else if (message instanceof ClientMessage.Leave m) {
            return new ClientMessage.Leave(m.id(), m.room(), got);
        } else if (message instanceof ClientMessage.Sig m) {
            return new ClientMessage.Sig(m.id(), m.to(), m.room(), m.neg(), m.gen(), m.description(), got);
        } else if (message instanceof ClientMessage.Ice m) {
            return new ClientMessage.Ice(m.id(), m.to(), m.room(), m.gen(), m.candidates(), m.end(), got);
        } else if (message instanceof ClientMessage.Ack) {
            return new ClientMessage.Ack(got);
        } else if (message instanceof ClientMessage.Pong m) {
            return new ClientMessage.Pong(m.ts(), got);
        }
        return message;
    }

    static ServerMessage withSeq(ServerMessage message, long seq) {
        if (message instanceof ServerMessage.Sig m) {
            return new ServerMessage.Sig(seq, m.from(), m.to(), m.room(), m.neg(), m.gen(), m.description());
        } else if (message instanceof ServerMessage.Ok m) {
            return new ServerMessage.Ok(m.re(), m.joined(), seq);
        } else if (message instanceof ServerMessage.Welcome m) {
            return new ServerMessage.Welcome(
                    m.caps(),
                    m.sid(),
                    m.resume(),
                    m.peer(),
                    seq,
                    m.epoch(),
                    m.heartbeat(),
                    m.limits(),
                    m.ice(),
                    m.resumed(),
                    m.lost());
        }
        return message;
    }

    static ServerMessage withRe(ServerMessage message, long re) {
        if (message instanceof ServerMessage.Ok m) {
            return new ServerMessage.Ok(re, m.joined(), m.seq());
        } else if (message instanceof ServerMessage.Err m) {
            return new ServerMessage.Err(re, m.code(), m.name(), m.retry(), m.afterMillis(), m.detail());
        }
        return message;
    }

    /** The request that a message answers; 0 if it is no answer to one. */
    static long re(ServerMessage message) {
        if (message instanceof ServerMessage.Ok ok) {
            return ok.re();
        }
        Long re = message instanceof ServerMessage.Err err ? err.re() : null;
        return re == null ? 0 : re;
    }
}
