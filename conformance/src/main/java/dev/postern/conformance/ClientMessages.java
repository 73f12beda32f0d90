package dev.postern.conformance;

import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransactionId;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Makes the bytes of messages without credentials, right or wrong; to be called as {@code Client.request(..)}. */
class ClientMessages {

    private static final int MAX_MESSAGE = 66_000;
    private static final SplittableRandom IDS = new SplittableRandom();

    ClientMessages() {}

    /** A transaction id that was not used before. */
    public static TransactionId newId() {
        return TransactionId.of(IDS.nextInt(), IDS.nextLong());
    }

    /** A message with a new transaction id and these attributes. */
    public static ByteBuffer message(MessageClass messageClass, Method method, Consumer<StunEncoder> attributes) {
        return message(messageClass, method.code(), newId(), attributes);
    }

    /** A message of any method. */
    public static ByteBuffer message(
            MessageClass messageClass, int method, TransactionId id, Consumer<StunEncoder> attributes) {
        StunEncoder encoder = new StunEncoder().begin(ByteBuffer.allocate(MAX_MESSAGE), messageClass, method, id);
        attributes.accept(encoder);
        return encoder.finish();
    }

    /** A request with a new transaction id and without credentials. */
    public static ByteBuffer request(Method method, Consumer<StunEncoder> attributes) {
        return message(MessageClass.REQUEST, method, attributes);
    }

    /** Bytes written as hexadecimal digits; spaces are ignored. */
    public static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", "")));
    }
}
