package dev.postern.stun;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes for tests: written as annotated hex, read from committed vectors, and decoded. */
public final class Wire {

    private Wire() {}

    /**
     * The bytes of hexadecimal digits; white space, and what follows a {@code #} up to the end of its line, is comment.
     */
    public static ByteBuffer hex(String annotated) {
        String digits = annotated.replaceAll("#.*", "").replaceAll("\\s", "");
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
    }

    /** The bytes of a file in {@code vectors/}. */
    public static ByteBuffer vector(String name) {
        return hex(resource("vectors/" + name + ".hex"));
    }

    /** The text of a resource beside this class. */
    public static String resource(String name) {
        try (InputStream in = Wire.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A view of a message that must be well formed. */
    public static StunMessage decode(ByteBuffer bytes) {
        StunMessage message = new StunMessage();
        DecodeResult result = message.decode(bytes);
        if (result != DecodeResult.OK) {
            throw new AssertionError(result + " at " + message.problemOffset());
        }
        return message;
    }

    /** The bytes between position and limit. */
    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    /** A buffer full of old memory, for what must not leak from it. */
    public static ByteBuffer dirty(int capacity) {
        ByteBuffer buffer = ByteBuffer.allocate(capacity);
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0xAA);
        }
        return buffer.clear();
    }
}
