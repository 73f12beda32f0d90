package dev.postern.natsim.report;

import dev.postern.natsim.Content;
import dev.postern.natsim.Packet;
import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.Demux;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says in a few words what is in a packet, such as {@code Binding request} or {@code Allocate error 401}. One thread. */
final class Contents implements Content.Cases<String> {

    private final StunMessage message = new StunMessage();

    String of(Packet packet) {
        return packet.content().as(this) + (packet.ip().fragment() == null ? "" : ", fragment");
    }

    @Override
    public String udp(Content.Udp udp) {
        return data("UDP", udp.payload());
    }

    @Override
    public String tcp(Content.Tcp tcp) {
        String flags = "TCP " + tcp.flagNames();
        return tcp.payload().hasRemaining() ? flags + ", " + data("TCP", tcp.payload()) : flags;
    }

    @Override
    public String echo(Content.Echo echo) {
        return "ICMP echo " + (echo.request() ? "request" : "reply");
    }

    @Override
    public String error(Content.IcmpError error) {
        return "ICMP " + error.reason().label();
    }

    private String data(String protocol, ByteBuffer payload) {
        if (payload.hasRemaining()) {
            Demux kind = Demux.of(payload.get(payload.position()));
            if (kind == Demux.STUN && message.decode(payload) == DecodeResult.OK) {
                return stun();
            }
            if (kind == Demux.CHANNEL_DATA && ChannelData.isWellFormed(payload)) {
                return "ChannelData, " + bytes(ChannelData.payloadLength(payload));
            }
        }
        return protocol + " data, " + bytes(payload.remaining());
    }

    private String stun() {
        Method method = message.method();
        String name = method == null ? "STUN method " + message.methodCode() : words(method);
        return switch (message.messageClass()) {
            case REQUEST -> name + " request";
            case INDICATION -> name + " indication";
            case SUCCESS_RESPONSE -> name + " success";
            case ERROR_RESPONSE -> {
                int index = message.indexOf(AttributeType.ERROR_CODE);
                yield name + " error" + (index < 0 ? "" : " " + message.errorCode(index));
            }
        };
    }

    /** As in the RFCs: {@code CreatePermission}. */
    private static String words(Method method) {
        return Arrays.stream(method.name().split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private static String bytes(int count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }
}
