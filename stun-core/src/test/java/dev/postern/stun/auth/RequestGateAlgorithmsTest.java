package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StunMessage;
import dev.postern.stun.Wire;
import dev.postern.stun.auth.GateResult.Authenticated;
import dev.postern.stun.auth.GateResult.Reason;
import dev.postern.stun.auth.GateResult.Rejected;
import dev.postern.stun.auth.GateResult.Waiting;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Password algorithms, USERHASH and users whom somebody else knows, at the gate. */
class RequestGateAlgorithmsTest extends GateFixture {

    private static final LongTermKey SHA256_KEY = LongTermKey.of(PasswordAlgorithm.SHA_256, USER, REALM, PASSWORD);
    private static final String OFFER = "0002 0000 0001 0000";

    private StunMessage choosing(String algorithms, String algorithm, LongTermKey key, IntegrityAlgorithm signature) {
        credentials(USER, REALM, NOW);
        if (!algorithms.isEmpty()) {
            encoder.bytes(AttributeType.PASSWORD_ALGORITHMS, Wire.hex(algorithms));
        }
        if (!algorithm.isEmpty()) {
            encoder.bytes(AttributeType.PASSWORD_ALGORITHM, Wire.hex(algorithm));
        }
        return Wire.decode(integrity.sign(encoder, signature, key).finish());
    }

    @Test
    void keyOfSha256IsTakenWhereItIsChosenAndTheAnswerIsSignedWithSha256() {
        StunMessage request = choosing(OFFER, "0002 0000", SHA256_KEY, IntegrityAlgorithm.SHA256);

        assertThat(gate.check(NOW, CLIENT, request))
                .isEqualTo(new Authenticated(USER, USER, SHA256_KEY, IntegrityAlgorithm.SHA256, Lookup.NEVER));
    }

    @Test
    void md5MayBeChosenToo() {
        StunMessage request = choosing(OFFER, "0001 0000", KEY, IntegrityAlgorithm.SHA1);

        assertThat(gate.check(NOW, CLIENT, request))
                .isEqualTo(new Authenticated(USER, USER, KEY, IntegrityAlgorithm.SHA256, Lookup.NEVER));
    }

    @Test
    void keyOfTheOtherAlgorithmIsWrong() {
        assertThat(rejected(choosing(OFFER, "0002 0000", KEY, IntegrityAlgorithm.SHA256))
                        .reason())
                .isEqualTo(Reason.WRONG_INTEGRITY);
        assertThat(rejected(choosing("", "", SHA256_KEY, IntegrityAlgorithm.SHA256))
                        .reason())
                .isEqualTo(Reason.WRONG_INTEGRITY);
    }

    @ParameterizedTest
    @CsvSource({
        "0002 0000 0001 0000, ''",
        "'', 0002 0000",
        "'', 0001 0000",
        "0001 0000 0002 0000, 0002 0000",
        "0001 0000, 0001 0000",
        "0002 0000, 0002 0000",
        "0002 0000 0001 0000 0003 0000, 0002 0000",
        "0002 0000 0001 0000, 0003 0000",
        "0002 0000 0001 0000, 0002 0001",
        "0002 0000 0001 0000, 0002",
        "0002 0000 0001 0000, 0002 0000 0001 0000",
    })
    void alteredAlgorithmsAreABadRequestWithoutAChallenge(String algorithms, String algorithm) {
        StunMessage request = choosing(algorithms, algorithm, SHA256_KEY, IntegrityAlgorithm.SHA256);

        Rejected rejected = rejected(request);

        assertThat(rejected.reason()).isEqualTo(Reason.ALGORITHMS_ALTERED);
        assertAttributes(Wire.decode(answer(request, rejected)), AttributeType.ERROR_CODE);
    }

    /** The cookie that an attacker clears is signed by the client all the same, and no nonce of ours. */
    @Test
    void nonceThatWasRobbedOfItsFeaturesIsStale() {
        credentials(USER, REALM, NOW);
        StunMessage honest = signed(KEY);
        String nonce = Objects.requireNonNull(honest.text(honest.indexOf(AttributeType.NONCE)));
        begin().text(AttributeType.USERNAME, USER)
                .text(AttributeType.REALM, REALM)
                .text(AttributeType.NONCE, NonceCookie.of(Set.of()) + nonce.substring(NonceCookie.CHARACTERS));

        assertThat(rejected(signed(KEY)).reason()).isEqualTo(Reason.NONCE_FORGED);
    }

    @Test
    void algorithmBesideAForeignNonceIsUsedAndTheNonceIsStale() {
        begin().text(AttributeType.USERNAME, USER)
                .text(AttributeType.REALM, REALM)
                .text(AttributeType.NONCE, "another server's")
                .u32(AttributeType.PASSWORD_ALGORITHM, 0x00020000);

        assertThat(rejected(Wire.decode(integrity
                                .sign(encoder, IntegrityAlgorithm.SHA256, SHA256_KEY)
                                .finish()))
                        .reason())
                .isEqualTo(Reason.NONCE_FORGED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void userhashFindsTheUserAndAnUnknownOneIsChallenged(boolean known) {
        begin().bytes(AttributeType.USERHASH, Userhash.of(known ? USER : "bob", REALM))
                .text(AttributeType.REALM, REALM);
        mint.append(encoder, NOW, CLIENT);
        StunMessage request = signed(KEY);

        assertThat(gate.check(NOW, CLIENT, request))
                .isEqualTo(known ? AUTHENTICATED : new Rejected(Reason.UNKNOWN_USER, List.of(), null));
        assertThat(verified).hasSize(1);
    }

    @Test
    void userhashOfAnotherLengthIsNobodys() {
        begin().bytes(AttributeType.USERHASH, new byte[31]).text(AttributeType.REALM, REALM);
        mint.append(encoder, NOW, CLIENT);

        assertThat(rejected(signed(KEY)).reason()).isEqualTo(Reason.UNKNOWN_USER);
    }

    @Test
    void anonymityIsPromisedOnlyWhereEveryUserCanBeFoundByHisHash() {
        assertThat(RequestGate.features(StaticCredentials.of(REALM, Map.of())))
                .containsExactlyInAnyOrder(SecurityFeature.PASSWORD_ALGORITHMS, SecurityFeature.USERNAME_ANONYMITY);
        assertThat(RequestGate.features(new SharedSecretCredentials(REALM, List.of("north"))))
                .containsExactly(SecurityFeature.PASSWORD_ALGORITHMS);
    }

    /** A store that knows nobody by itself. */
    private static final class Elsewhere implements CredentialStore {

        @Override
        public String realm() {
            return REALM;
        }

        @Override
        public int maxKeysPerUser() {
            return 1;
        }

        @Override
        public Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
            return Lookup.PENDING;
        }

        @Override
        public void ask(String username, IpAddress source) {
            throw new AssertionError("the gate asks nobody");
        }
    }

    @Test
    void somebodyElseWouldBeAskedOnlyForAClientThatReceivesAtItsAddressAndNotByTheGate() {
        RequestGate gate = gate(new Elsewhere());
        credentials(USER, REALM, NOW - HOUR);
        assertThat(gate.check(NOW, CLIENT, signed(WRONG_KEY)))
                .isEqualTo(new Rejected(Reason.NONCE_EXPIRED, List.of(), null));
        credentials(USER, "example.com", NOW);
        assertThat(gate.check(NOW, CLIENT, signed(KEY))).isEqualTo(new Rejected(Reason.UNKNOWN_USER, List.of(), null));
        assertThat(gate.check(NOW, CLIENT, validRequest())).isEqualTo(new Waiting(USER));
    }

    /** The value in the request of RFC 8489 appendix B.1. */
    @Test
    void userhashIsTheOneOfTheRfcsExample() {
        assertThat(ByteBuffer.wrap(Userhash.of("\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9", "example.org")))
                .isEqualTo(Wire.hex("4a3cf38f ef6992bd a952c678 0417da0f 24819415 569e60b2 05c46e41 407f1704"));
    }
}
