package dev.postern.natsim.tester;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A STUN message of one of the tester's transactions that has arrived: an answer, or its own request that came back to it.
 *
 * @param nanos when
 * @param at the socket that it arrived at
 * @param from its source, as the machine sees it
 * @param mapped MAPPED-ADDRESS; null if absent or malformed
 * @param xorMapped XOR-MAPPED-ADDRESS, likewise
 * @param origin RESPONSE-ORIGIN, likewise
 * @param other OTHER-ADDRESS, likewise
 * @param errorCode 300 to 699; 0 if it is no error response
 * @param bytes the length of the message
 */
record Arrival(
        long nanos,
        ProbeSocket at,
        TransportAddress from,
        @Nullable TransportAddress mapped,
        @Nullable TransportAddress xorMapped,
        @Nullable TransportAddress origin,
        @Nullable TransportAddress other,
        int errorCode,
        int bytes) {

    static Arrival of(long nanos, ProbeSocket at, TransportAddress from, StunMessage message) {
        int error = message.indexOf(AttributeType.ERROR_CODE);
        int xor = message.indexOf(AttributeType.XOR_MAPPED_ADDRESS);
        return new Arrival(
                nanos,
                at,
                from,
                address(message, AttributeType.MAPPED_ADDRESS),
                xor < 0 ? null : message.xorAddress(xor),
                address(message, AttributeType.RESPONSE_ORIGIN),
                address(message, AttributeType.OTHER_ADDRESS),
                message.messageClass() == MessageClass.ERROR_RESPONSE && error >= 0 ? message.errorCode(error) : 0,
                message.sizeBytes());
    }

    /** Where an answer says that the request came from; null if it does not. */
    static @Nullable TransportAddress seenIn(StunMessage message) {
        int xor = message.indexOf(AttributeType.XOR_MAPPED_ADDRESS);
        return xor < 0 ? address(message, AttributeType.MAPPED_ADDRESS) : message.xorAddress(xor);
    }

    private static @Nullable TransportAddress address(StunMessage message, int type) {
        int index = message.indexOf(type);
        return index < 0 ? null : message.address(index);
    }

    /** Where the server saw the request come from; null if it did not say. */
    @Nullable
    TransportAddress seenAs() {
        return xorMapped != null ? xorMapped : mapped;
    }

    boolean isError() {
        return errorCode != 0;
    }
}
