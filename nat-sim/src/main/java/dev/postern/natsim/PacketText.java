package dev.postern.natsim;

/** Says in words what a packet is. */
record PacketText(Packet packet) implements Content.Cases<String> {

    @Override
    public String udp(Content.Udp udp) {
        return "UDP " + way() + ", " + packet.payloadBytes() + " B";
    }

    @Override
    public String tcp(Content.Tcp tcp) {
        return "TCP " + way() + " " + tcp.flagNames() + " seq " + tcp.sequence()
                + (tcp.has(Content.Tcp.ACK) ? " ack " + tcp.acknowledgement() : "") + ", " + packet.payloadBytes()
                + " B";
    }

    @Override
    public String echo(Content.Echo echo) {
        int identifier =
                echo.request() ? packet.source().port() : packet.destination().port();
        return "ICMP " + addresses() + " echo " + (echo.request() ? "request" : "reply") + " id " + identifier + " seq "
                + echo.sequence() + ", " + packet.payloadBytes() + " B";
    }

    @Override
    public String error(Content.IcmpError error) {
        return "ICMP " + addresses() + " " + error.reason().label()
                + (error.reason() == IcmpReason.TOO_BIG ? " for " + error.mtu() + " B" : "") + " [" + error.quoted()
                + "]";
    }

    private String way() {
        return packet.source() + " > " + packet.destination();
    }

    private String addresses() {
        return packet.source().ip() + " > " + packet.destination().ip();
    }
}
