package dev.postern.signaling.protocol;

/** Writes the fields of a client message. */
final class ClientWriter implements ClientMessage.Handler<JsonOut> {

    static final ClientWriter WRITER = new ClientWriter();

    private ClientWriter() {}

    @Override
    public void onHello(JsonOut out, ClientMessage.Hello message) {
        out.text("t", "hello").number("v", message.version()).texts("caps", message.caps());
        out.text("token", message.token());
        ClientMessage.Resume resume = message.resume();
        if (resume != null) {
            out.object("resume", resume, ClientWriter::resume);
        }
    }

    private static void resume(JsonOut out, ClientMessage.Resume resume) {
        out.text("sid", resume.sid())
                .text("secret", resume.secret())
                .text("epoch", resume.epoch())
                .number("got", resume.got());
        if (resume.attempt() != ClientMessage.Resume.UNCOUNTED) {
            out.number("attempt", resume.attempt());
        }
    }

    @Override
    public void onJoin(JsonOut out, ClientMessage.Join message) {
        begin(out, "join", message).text("room", message.room()).text("name", message.name());
        if (!message.meta().isEmpty()) {
            out.meta("meta", message.meta());
        }
        got(out, message);
    }

    @Override
    public void onLeave(JsonOut out, ClientMessage.Leave message) {
        begin(out, "leave", message).text("room", message.room());
        got(out, message);
    }

    @Override
    public void onSig(JsonOut out, ClientMessage.Sig message) {
        begin(out, "sig", message)
                .text("to", message.to())
                .text("room", message.room())
                .number("neg", message.neg())
                .number("gen", message.gen())
                .object("d", message.description(), SharedWriter::description);
        got(out, message);
    }

    @Override
    public void onIce(JsonOut out, ClientMessage.Ice message) {
        begin(out, "ice", message)
                .text("to", message.to())
                .text("room", message.room())
                .number("gen", message.gen())
                .objects("c", message.candidates(), SharedWriter::candidate);
        if (message.end()) {
            out.flag("end", true);
        }
        got(out, message);
    }

    @Override
    public void onAuth(JsonOut out, ClientMessage.Auth message) {
        begin(out, "auth", message).text("token", message.token());
        got(out, message);
    }

    @Override
    public void onKick(JsonOut out, ClientMessage.Kick message) {
        begin(out, "kick", message).text("room", message.room()).text("peer", message.peer());
        got(out, message);
    }

    @Override
    public void onLock(JsonOut out, ClientMessage.Lock message) {
        begin(out, "lock", message).text("room", message.room()).flag("on", message.on());
        got(out, message);
    }

    @Override
    public void onAck(JsonOut out, ClientMessage.Ack message) {
        out.text("t", "ack").number("got", message.got());
    }

    @Override
    public void onPing(JsonOut out, ClientMessage.Ping message) {
        out.text("t", "ping").number("ts", message.ts());
        got(out, message);
    }

    @Override
    public void onPong(JsonOut out, ClientMessage.Pong message) {
        out.text("t", "pong").number("ts", message.ts());
        got(out, message);
    }

    private static JsonOut begin(JsonOut out, String type, ClientMessage.Request request) {
        return out.text("t", type).number("id", request.id());
    }

    private static void got(JsonOut out, ClientMessage message) {
        if (message.got() != ClientMessage.NO_GOT) {
            out.number("got", message.got());
        }
    }
}
