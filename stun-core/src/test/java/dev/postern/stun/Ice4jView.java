package dev.postern.stun;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ice4j.StunException;
import org.ice4j.attribute.AlternateServerAttribute;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.AttributeDecoder;
import org.ice4j.attribute.ChangeRequestAttribute;
import org.ice4j.attribute.ChangedAddressAttribute;
import org.ice4j.attribute.ChannelNumberAttribute;
import org.ice4j.attribute.ConnectionIdAttribute;
import org.ice4j.attribute.DataAttribute;
import org.ice4j.attribute.ErrorCodeAttribute;
import org.ice4j.attribute.EvenPortAttribute;
import org.ice4j.attribute.FingerprintAttribute;
import org.ice4j.attribute.IceControlAttribute;
import org.ice4j.attribute.LifetimeAttribute;
import org.ice4j.attribute.MappedAddressAttribute;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.attribute.NonceAttribute;
import org.ice4j.attribute.OptionalAttribute;
import org.ice4j.attribute.PriorityAttribute;
import org.ice4j.attribute.RealmAttribute;
import org.ice4j.attribute.ReflectedFromAttribute;
import org.ice4j.attribute.RequestedAddressFamilyAttribute;
import org.ice4j.attribute.RequestedTransportAttribute;
import org.ice4j.attribute.ReservationTokenAttribute;
import org.ice4j.attribute.ResponseAddressAttribute;
import org.ice4j.attribute.SoftwareAttribute;
import org.ice4j.attribute.SourceAddressAttribute;
import org.ice4j.attribute.UnknownAttributesAttribute;
import org.ice4j.attribute.UsernameAttribute;
import org.ice4j.attribute.XorMappedAddressAttribute;
import org.ice4j.message.Message;
import org.jspecify.annotations.Nullable;

/** What ice4j's decoder makes of a packet, in values that can be compared with ours. */
final class Ice4jView {

    private final @Nullable Message message;
    private final @Nullable Exception failure;

    private Ice4jView(@Nullable Message message, @Nullable Exception failure) {
        this.message = message;
        this.failure = failure;
    }

    static Ice4jView decode(byte[] packet) {
        try {
            return new Ice4jView(Message.decode(packet, 0, packet.length), null);
        } catch (StunException | RuntimeException e) {
            return new Ice4jView(null, e);
        }
    }

    boolean accepts() {
        return message != null;
    }

    /** Whether it threw something that its signature does not announce. */
    boolean crashes() {
        return failure instanceof RuntimeException;
    }

    boolean failsWith(String words) {
        return failure != null && String.valueOf(failure.getMessage()).contains(words);
    }

    Message message() {
        if (message == null) {
            throw new AssertionError("not accepted", failure);
        }
        return message;
    }

    /** The values by type; where a type repeats, ice4j keeps the last. */
    Map<Integer, Object> values() {
        Map<Integer, Object> values = new LinkedHashMap<>();
        for (Attribute attribute : message().getAttributes()) {
            values.put((int) attribute.getAttributeType(), value(attribute));
        }
        return values;
    }

    /**
     * Whether ice4j, after this attribute of ours, goes on where the next one starts: it steps by the length that it
     * would write, not by the length that it read.
     */
    static boolean stepsOver(byte[] packet, StunMessage ours, int index) {
        try {
            int head = ours.valueOffset(index) - StunMessage.ATTRIBUTE_HEADER_BYTES;
            int length = AttributeDecoder.decode(packet, head, packet.length).getDataLength();
            return StunMessage.padded(length) == StunMessage.padded(ours.valueLength(index));
        } catch (StunException | RuntimeException e) {
            return false;
        }
    }

    private Object value(Attribute attribute) {
        if (attribute instanceof XorMappedAddressAttribute xor) {
            return address(xor.getAddress(message().getTransactionID()));
        }
        org.ice4j.TransportAddress plain = plainAddress(attribute);
        if (plain != null) {
            return address(plain);
        }
        if (attribute instanceof UnknownAttributesAttribute unknown) {
            List<Integer> types = new ArrayList<>();
            unknown.getAttributes().forEachRemaining(type -> types.add((int) type));
            return types;
        }
        byte[] bytes = bytes(attribute);
        return bytes == null ? number(attribute) : ByteBuffer.wrap(bytes);
    }

    private static org.ice4j.@Nullable TransportAddress plainAddress(Attribute attribute) {
        if (attribute instanceof MappedAddressAttribute mapped) {
            return mapped.getAddress();
        }
        if (attribute instanceof AlternateServerAttribute alternate) {
            return alternate.getAddress();
        }
        if (attribute instanceof ResponseAddressAttribute response) {
            return response.getAddress();
        }
        if (attribute instanceof SourceAddressAttribute source) {
            return source.getAddress();
        }
        if (attribute instanceof ChangedAddressAttribute changed) {
            return changed.getAddress();
        }
        return attribute instanceof ReflectedFromAttribute reflected ? reflected.getAddress() : null;
    }

    private static TransportAddress address(org.ice4j.TransportAddress address) {
        byte[] bytes = address.getAddressBytes();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        IpAddress ip =
                bytes.length == 4 ? IpAddress.ofIpv4(in.getInt(0)) : IpAddress.ofIpv6(in.getLong(0), in.getLong(8));
        return TransportAddress.of(ip, address.getPort());
    }

    private static byte @Nullable [] bytes(Attribute attribute) {
        if (attribute instanceof UsernameAttribute username) {
            return username.getUsername();
        }
        if (attribute instanceof RealmAttribute realm) {
            return realm.getRealm();
        }
        if (attribute instanceof NonceAttribute nonce) {
            return nonce.getNonce();
        }
        if (attribute instanceof SoftwareAttribute software) {
            return software.getSoftware();
        }
        if (attribute instanceof DataAttribute data) {
            return data.getData();
        }
        if (attribute instanceof MessageIntegrityAttribute integrity) {
            return integrity.getHmacSha1Content();
        }
        if (attribute instanceof ReservationTokenAttribute token) {
            return token.getReservationToken();
        }
        if (attribute instanceof FingerprintAttribute fingerprint) {
            return fingerprint.getChecksum();
        }
        return attribute instanceof OptionalAttribute unknown ? unknown.getBody() : null;
    }

    private static Object number(Attribute attribute) {
        if (attribute instanceof LifetimeAttribute lifetime) {
            return Integer.toUnsignedLong(lifetime.getLifetime());
        }
        if (attribute instanceof ChannelNumberAttribute channel) {
            return (long) channel.getChannelNumber();
        }
        if (attribute instanceof RequestedTransportAttribute transport) {
            return (long) (transport.getRequestedTransport() & 0xFF);
        }
        if (attribute instanceof PriorityAttribute priority) {
            return priority.getPriority() & 0xFFFFFFFFL;
        }
        if (attribute instanceof IceControlAttribute control) {
            return control.getTieBreaker();
        }
        if (attribute instanceof ConnectionIdAttribute id) {
            return Integer.toUnsignedLong(id.getConnectionIdValue());
        }
        if (attribute instanceof ErrorCodeAttribute error) {
            return (long) (error.getErrorClass() * 100 + error.getErrorNumber());
        }
        if (attribute instanceof ChangeRequestAttribute change) {
            return (change.getChangeIpFlag() ? 4L : 0L) | (change.getChangePortFlag() ? 2L : 0L);
        }
        if (attribute instanceof EvenPortAttribute even) {
            return even.isRFlag();
        }
        return attribute instanceof RequestedAddressFamilyAttribute family ? (long) family.getFamily() : "no value";
    }
}
