package dev.postern.conformance;

import dev.postern.stun.AttributeType;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What an attribute's value says, in a few words. */
final class AttributeWords {

    private static final int MAX_TEXT = 80;

    private AttributeWords() {}

    /** The value of the attribute at {@code index}; empty where the bytes say it best. */
    static String of(StunMessage message, int index) {
        return switch (message.attributeType(index)) {
            case AttributeType.XOR_MAPPED_ADDRESS, AttributeType.XOR_PEER_ADDRESS, AttributeType.XOR_RELAYED_ADDRESS ->
                address(message.xorAddress(index));
            case AttributeType.MAPPED_ADDRESS,
                    AttributeType.ALTERNATE_SERVER,
                    AttributeType.RESPONSE_ORIGIN,
                    AttributeType.OTHER_ADDRESS -> address(message.address(index));
            case AttributeType.USERNAME, AttributeType.REALM, AttributeType.NONCE, AttributeType.SOFTWARE ->
                text(message.text(index));
            case AttributeType.ERROR_CODE -> errorCode(message, index);
            case AttributeType.UNKNOWN_ATTRIBUTES -> types(message.slice(index));
            case AttributeType.LIFETIME -> number(message.u32(index)) + " s";
            case AttributeType.CHANNEL_NUMBER -> String.format(Locale.ROOT, "0x%04X", message.u32(index) >> 16);
            case AttributeType.REQUESTED_TRANSPORT -> "protocol " + number(message.u32(index) >> 24);
            case AttributeType.REQUESTED_ADDRESS_FAMILY, AttributeType.ADDITIONAL_ADDRESS_FAMILY ->
                family(message.u32(index));
            default -> "";
        };
    }

    private static String address(@Nullable TransportAddress address) {
        return address == null ? "malformed" : address.toString();
    }

    private static String text(@Nullable String text) {
        if (text == null) {
            return "not UTF-8";
        }
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return "'" + (printable.length() > MAX_TEXT ? printable.substring(0, MAX_TEXT) + "..." : printable) + "'";
    }

    private static String errorCode(StunMessage message, int index) {
        int code = message.errorCode(index);
        if (code < 0) {
            return "malformed";
        }
        ByteBuffer reason = message.slice(index).position(4).slice();
        StringBuilder text = new StringBuilder();
        while (reason.hasRemaining()) {
            char c = (char) (reason.get() & 0xFF);
            text.append(c < ' ' || c > '~' ? '?' : c);
        }
        return code + " " + text;
    }

    private static String types(ByteBuffer list) {
        StringJoiner names = new StringJoiner(", ");
        while (list.remaining() >= Short.BYTES) {
            names.add(AttributeType.nameOf(list.getShort() & 0xFFFF));
        }
        return names.toString();
    }

    private static String number(long value) {
        return value < 0 ? "malformed" : Long.toString(value);
    }

    private static String family(long value) {
        return value >> 24 == 1 ? "IPv4" : value >> 24 == 2 ? "IPv6" : "unknown family";
    }
}
