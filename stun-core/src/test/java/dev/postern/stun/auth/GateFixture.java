package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.Wire;
import dev.postern.stun.auth.GateResult.Authenticated;
import dev.postern.stun.auth.GateResult.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** A gate in front of one user, and the requests and answers that pass it. */
class GateFixture {

    static final String REALM = "example.org";
    static final String USER = "ann";
    static final String PASSWORD = "secret";
    static final LongTermKey KEY = LongTermKey.of(PasswordAlgorithm.MD5, USER, REALM, PASSWORD);
    static final LongTermKey WRONG_KEY = LongTermKey.of(PasswordAlgorithm.MD5, USER, REALM, "guess");
    static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.1:5000");
    static final TransactionId ID = TransactionId.of(1, 2);
    static final Authenticated AUTHENTICATED =
            new Authenticated(USER, USER, KEY, IntegrityAlgorithm.SHA1, Lookup.NEVER);
    static final long NOW = 5_000_000_000_000L;
    static final long HOUR = 3_600_000_000_000L;
    static final Set<SecurityFeature> FEATURES =
            EnumSet.of(SecurityFeature.PASSWORD_ALGORITHMS, SecurityFeature.USERNAME_ANONYMITY);
    static final InstantSource WALL = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L));

    final NonceMint mint =
            new NonceMint("0123456789abcdef".getBytes(StandardCharsets.UTF_8), NonceMint.MAX_AGE, FEATURES);
    final List<LongTermKey> verified = new ArrayList<>();
    final RequestGate gate = gate(StaticCredentials.of(REALM, Map.of(USER, PASSWORD)));
    final Integrity integrity = new Integrity();
    final StunEncoder encoder = new StunEncoder();

    RequestGate gate(CredentialStore store) {
        return new RequestGate(
                store, mint, WALL, type -> type == AttributeType.LIFETIME, (integrity, request, algorithm, key) -> {
                    verified.add(key);
                    return integrity.verify(request, algorithm, key);
                });
    }

    StunEncoder begin() {
        return encoder.begin(Wire.dirty(4096), MessageClass.REQUEST, Method.ALLOCATE, ID);
    }

    StunEncoder credentials(String username, String realm, long nonceNanos) {
        begin().text(AttributeType.USERNAME, username).text(AttributeType.REALM, realm);
        return mint.append(encoder, nonceNanos, CLIENT);
    }

    StunMessage signed(LongTermKey key) {
        return Wire.decode(integrity.sign(encoder, IntegrityAlgorithm.SHA1, key).finish());
    }

    StunMessage validRequest() {
        credentials(USER, REALM, NOW);
        return signed(KEY);
    }

    Rejected rejected(StunMessage request) {
        return (Rejected) gate.check(NOW, CLIENT, request);
    }

    ByteBuffer answer(StunMessage request, Rejected rejected) {
        StunEncoder response = new StunEncoder().respond(Wire.dirty(2048), request, MessageClass.ERROR_RESPONSE);
        return gate.appendRejection(response, NOW, CLIENT, rejected).finish();
    }

    static void assertAttributes(StunMessage answer, Integer... types) {
        assertThat(IntStream.range(0, answer.attributeCount())
                        .mapToObj(answer::attributeType)
                        .toList())
                .containsExactly(types);
    }

    void assertChallenge(StunMessage request, ErrorCode error) {
        StunMessage answer = Wire.decode(answer(request, rejected(request)));

        assertAttributes(
                answer,
                AttributeType.ERROR_CODE,
                AttributeType.REALM,
                AttributeType.NONCE,
                AttributeType.PASSWORD_ALGORITHMS);
        assertThat(answer.errorCode(0)).isEqualTo(error.code());
        assertThat(answer.text(1)).isEqualTo(REALM);
        assertThat(mint.check(NOW, CLIENT, answer, 2)).isEqualTo(NonceMint.Verdict.VALID);
        assertThat(answer.slice(3)).isEqualTo(Wire.hex("0002 0000 0001 0000"));
    }
}
