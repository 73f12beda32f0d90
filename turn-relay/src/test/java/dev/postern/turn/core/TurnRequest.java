package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransactionId;
import dev.postern.stun.auth.Integrity;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.PasswordAlgorithm;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the bytes of a client's messages. */
public final class TurnRequest {

    private static int lastId;

    /** Who signs. */
    public record User(String name, String realm, String password, ByteBuffer nonce) {}

    private TurnRequest() {}

    public static TransactionId newId() {
        return TransactionId.of(0x1D, ++lastId);
    }

    /** A request with the given attributes, then the user's and the signature; unsigned without a user. */
    public static ByteBuffer of(
            Method method, TransactionId id, Consumer<StunEncoder> attributes, @Nullable User user) {
        return of(method, id, attributes, user, IntegrityAlgorithm.SHA1, after -> {});
    }

    /** The same, signed with another algorithm and with something behind the signature. */
    public static ByteBuffer of(
            Method method,
            TransactionId id,
            Consumer<StunEncoder> attributes,
            @Nullable User user,
            IntegrityAlgorithm algorithm,
            Consumer<StunEncoder> afterIntegrity) {
        StunEncoder encoder = new StunEncoder();
        encoder.begin(ByteBuffer.allocate(4096), MessageClass.REQUEST, method, id);
        attributes.accept(encoder);
        if (user != null) {
            encoder.text(AttributeType.USERNAME, user.name())
                    .text(AttributeType.REALM, user.realm())
                    .bytes(AttributeType.NONCE, user.nonce());
            LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, user.name(), user.realm(), user.password());
            new Integrity().sign(encoder, algorithm, key);
        }
        afterIntegrity.accept(encoder);
        return encoder.finish();
    }

    public static ByteBuffer indication(Method method, Consumer<StunEncoder> attributes) {
        StunEncoder encoder = new StunEncoder();
        encoder.begin(ByteBuffer.allocate(66_000), MessageClass.INDICATION, method, newId());
        attributes.accept(encoder);
        return encoder.finish();
    }
}
