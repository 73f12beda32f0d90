package dev.postern.signaling.protocol;

/** Writes the fields of a server message. */
final class ServerWriter implements ServerMessage.Handler<JsonOut> {

    static final ServerWriter WRITER = new ServerWriter();

    private ServerWriter() {}

    @Override
    public void onWelcome(JsonOut out, ServerMessage.Welcome message) {
        out.text("t", "welcome")
                .number("v", Protocol.VERSION)
                .texts("caps", message.caps())
                .text("sid", message.sid())
                .text("resume", message.resume())
                .text("peer", message.peer())
                .number("seq", message.seq())
                .text("epoch", message.epoch())
                .object("hb", message.heartbeat(), ServerWriter::heartbeat)
                .object("limits", message.limits(), ServerWriter::limits)
                .object("ice", message.ice(), SharedWriter::iceServers)
                .flag("resumed", message.resumed())
                .number("lost", message.lost());
    }

    private static void heartbeat(JsonOut out, ServerMessage.Heartbeat heartbeat) {
        out.number("every", heartbeat.everyMillis()).number("dead", heartbeat.deadMillis());
    }

    private static void limits(JsonOut out, ServerMessage.Limits limits) {
        out.number("msg", limits.messageBytes())
                .number("rate", limits.messagesPerSecond())
                .number("queue", limits.queueBytes())
                .number("rooms", limits.rooms());
    }

    @Override
    public void onOk(JsonOut out, ServerMessage.Ok message) {
        out.text("t", "ok").number("re", message.re());
        if (message.seq() != ServerMessage.UNNUMBERED) {
            out.number("seq", message.seq());
        }
        Joined joined = message.joined();
        if (joined != null) {
            out.text("room", joined.room()).text("you", joined.you());
            if (joined.role() != Role.PEER) {
                out.text("role", joined.role().wireName());
            }
            if (joined.locked()) {
                out.flag("locked", true);
            }
            out.objects("peers", joined.peers(), SharedWriter::peer);
        }
    }

    @Override
    public void onErr(JsonOut out, ServerMessage.Err message) {
        out.text("t", "err")
                .numberOrNull("re", message.re())
                .number("code", message.code())
                .text("name", message.name())
                .flag("retry", message.retry())
                .number("after", message.afterMillis())
                .text("detail", message.detail());
    }

    @Override
    public void onSig(JsonOut out, ServerMessage.Sig message) {
        out.text("t", "sig")
                .number("seq", message.seq())
                .text("from", message.from())
                .text("to", message.to())
                .text("room", message.room())
                .number("neg", message.neg())
                .number("gen", message.gen())
                .object("d", message.description(), SharedWriter::description);
    }

    @Override
    public void onIce(JsonOut out, ServerMessage.Ice message) {
        out.text("t", "ice")
                .number("seq", message.seq())
                .text("from", message.from())
                .text("to", message.to())
                .text("room", message.room())
                .number("gen", message.gen())
                .objects("c", message.candidates(), SharedWriter::candidate)
                .flag("end", message.end());
    }

    @Override
    public void onPeerChange(JsonOut out, ServerMessage.PeerChange message) {
        out.text("t", "peer")
                .number("seq", message.seq())
                .text("ev", message.event().wireName())
                .text("room", message.room())
                .object("peer", message.peer(), SharedWriter::peer);
        LeaveReason why = message.why();
        if (why != null) {
            out.text("why", why.wireName());
        }
    }

    @Override
    public void onRoomChange(JsonOut out, ServerMessage.RoomChange message) {
        out.text("t", "room")
                .number("seq", message.seq())
                .text("room", message.room())
                .flag("locked", message.locked());
    }

    @Override
    public void onExpiring(JsonOut out, ServerMessage.Expiring message) {
        out.text("t", "expiring").number("in", message.inMillis());
    }

    @Override
    public void onIceServersChange(JsonOut out, ServerMessage.IceServersChange message) {
        out.text("t", "ice-servers").number("seq", message.seq());
        SharedWriter.iceServers(out, message.ice());
    }

    @Override
    public void onBye(JsonOut out, ServerMessage.Bye message) {
        out.text("t", "bye")
                .number("code", message.code())
                .text("advice", message.advice().wireName())
                .number("after", message.afterMillis())
                .text("url", message.url());
    }

    @Override
    public void onPing(JsonOut out, ServerMessage.Ping message) {
        out.text("t", "ping").number("ts", message.ts());
    }

    @Override
    public void onPong(JsonOut out, ServerMessage.Pong message) {
        out.text("t", "pong").number("ts", message.ts());
    }
}
