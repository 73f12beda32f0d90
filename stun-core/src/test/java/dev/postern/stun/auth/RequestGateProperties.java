package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.Wire;
import dev.postern.stun.auth.GateResult.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** No stranger's bytes make the gate throw, or let him in. */
class RequestGateProperties {

    private record Part(int type, ByteBuffer value) {}

    private static final InstantSource WALL = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L));
    private static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.1:5000");

    private final NonceMint mint =
            new NonceMint(new byte[16], NonceMint.MAX_AGE, Set.of(SecurityFeature.PASSWORD_ALGORITHMS));
    private final RequestGate fixed = gate(StaticCredentials.of("r", Map.of("u", "p")));
    private final RequestGate timed = gate(new SharedSecretCredentials("r", List.of("north", "south")));

    private RequestGate gate(CredentialStore store) {
        return new RequestGate(store, mint, WALL, type -> false);
    }

    @Property
    void whateverIsSentIsRefusedWithAWellFormedAnswer(
            @ForAll("parts") @Size(max = 10) List<Part> parts, @ForAll long nowNanos) {
        StunEncoder encoder = new StunEncoder()
                .begin(ByteBuffer.allocate(20_000), MessageClass.REQUEST, Method.ALLOCATE, TransactionId.of(1, 2));
        parts.forEach(part -> encoder.bytes(part.type, part.value));
        StunMessage request = Wire.decode(encoder.finish());

        for (RequestGate gate : List.of(fixed, timed)) {
            Rejected rejected = (Rejected) gate.check(nowNanos, CLIENT, request);
            StunEncoder response = new StunEncoder().respond(Wire.dirty(1024), request, MessageClass.ERROR_RESPONSE);
            StunMessage answer = Wire.decode(gate.appendRejection(response, nowNanos, CLIENT, rejected)
                    .fingerprint()
                    .finish());
            assertThat(answer.errorCode(0)).isEqualTo(rejected.error().code());
        }
    }

    @Provide
    Arbitrary<List<Part>> parts() {
        Arbitrary<Integer> types = Arbitraries.of(
                AttributeType.USERNAME,
                AttributeType.REALM,
                AttributeType.NONCE,
                AttributeType.MESSAGE_INTEGRITY,
                AttributeType.MESSAGE_INTEGRITY_SHA256,
                AttributeType.USERHASH,
                AttributeType.PASSWORD_ALGORITHM,
                AttributeType.PASSWORD_ALGORITHMS,
                0x7F01);
        Arbitrary<byte[]> values = Arbitraries.oneOf(
                Arbitraries.of(
                                "u",
                                "r",
                                "1800000001:u",
                                "1799999999:u",
                                "A".repeat(32),
                                "obMatJos2gAAA" + "A".repeat(27),
                                "\0\2\0\0",
                                "\0\2\0\0\0\1\0\0",
                                "x".repeat(20),
                                "")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8)),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(900));
        return Combinators.combine(types, values)
                .as((type, value) -> new Part(type, ByteBuffer.wrap(value)))
                .list();
    }
}
