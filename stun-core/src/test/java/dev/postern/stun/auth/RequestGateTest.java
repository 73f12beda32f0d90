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
import dev.postern.stun.auth.GateResult.Reason;
import dev.postern.stun.auth.GateResult.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate's order and answers; numbered names are the cases of the STUN and TURN conformance list. */
class RequestGateTest {

    private static final String REALM = "example.org";
    private static final String USER = "ann";
    private static final String PASSWORD = "secret";
    private static final LongTermKey KEY = LongTermKey.of(PasswordAlgorithm.MD5, USER, REALM, PASSWORD);
    private static final LongTermKey WRONG_KEY = LongTermKey.of(PasswordAlgorithm.MD5, USER, REALM, "guess");
    private static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.1:5000");
    private static final TransactionId ID = TransactionId.of(1, 2);
    private static final long NOW = 5_000_000_000_000L;
    private static final long HOUR = 3_600_000_000_000L;
    private static final InstantSource WALL = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L));

    private final NonceMint mint =
            new NonceMint("0123456789abcdef".getBytes(StandardCharsets.UTF_8), NonceMint.MAX_AGE);
    private final List<LongTermKey> verified = new ArrayList<>();
    private final RequestGate gate = gate(new StaticCredentials(REALM, Map.of(USER, PASSWORD)));
    private final Integrity integrity = new Integrity();
    private final StunEncoder encoder = new StunEncoder();

    private RequestGate gate(CredentialStore store) {
        return new RequestGate(
                store, mint, WALL, type -> type == AttributeType.LIFETIME, (integrity, request, algorithm, key) -> {
                    verified.add(key);
                    return integrity.verify(request, algorithm, key);
                });
    }

    private StunEncoder begin() {
        return encoder.begin(Wire.dirty(4096), MessageClass.REQUEST, Method.ALLOCATE, ID);
    }

    private StunEncoder credentials(String username, String realm, long nonceNanos) {
        begin().text(AttributeType.USERNAME, username).text(AttributeType.REALM, realm);
        return mint.append(encoder, nonceNanos, CLIENT);
    }

    private StunMessage signed(LongTermKey key) {
        return Wire.decode(integrity.sign(encoder, IntegrityAlgorithm.SHA1, key).finish());
    }

    private StunMessage validRequest() {
        credentials(USER, REALM, NOW);
        return signed(KEY);
    }

    private Rejected rejected(StunMessage request) {
        return (Rejected) gate.check(NOW, CLIENT, request);
    }

    private ByteBuffer answer(StunMessage request, Rejected rejected) {
        StunEncoder response = new StunEncoder().respond(Wire.dirty(2048), request, MessageClass.ERROR_RESPONSE);
        return gate.appendRejection(response, NOW, CLIENT, rejected).finish();
    }

    private static void assertAttributes(StunMessage answer, Integer... types) {
        assertThat(IntStream.range(0, answer.attributeCount())
                        .mapToObj(answer::attributeType)
                        .toList())
                .containsExactly(types);
    }

    private void assertChallenge(StunMessage request, ErrorCode error) {
        StunMessage answer = Wire.decode(answer(request, rejected(request)));

        assertAttributes(answer, AttributeType.ERROR_CODE, AttributeType.REALM, AttributeType.NONCE);
        assertThat(answer.errorCode(0)).isEqualTo(error.code());
        assertThat(answer.text(1)).isEqualTo(REALM);
        assertThat(mint.check(NOW, CLIENT, answer, 2)).isEqualTo(NonceMint.Verdict.VALID);
    }

    @Test
    void requestOfAKnownUserIsAuthenticated() {
        assertThat(gate.check(NOW, CLIENT, validRequest()))
                .isEqualTo(new Authenticated(USER, USER, KEY, IntegrityAlgorithm.SHA1));
    }

    @Test
    void rfc8489_026_027_requestWithoutIntegrityIsChallengedWithRealmAndNonceAndNothingElse() {
        StunMessage request = Wire.decode(credentials(USER, REALM, NOW).finish());

        assertThat(rejected(request).reason()).isEqualTo(Reason.NO_INTEGRITY);
        assertChallenge(request, ErrorCode.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {AttributeType.USERNAME, AttributeType.REALM, AttributeType.NONCE})
    void rfc8489_028_signedRequestThatLacksUsernameRealmOrNonceIsABadRequest(int missing) {
        begin();
        if (missing != AttributeType.USERNAME) {
            encoder.text(AttributeType.USERNAME, USER);
        }
        if (missing != AttributeType.REALM) {
            encoder.text(AttributeType.REALM, REALM);
        }
        if (missing != AttributeType.NONCE) {
            mint.append(encoder, NOW, CLIENT);
        }
        StunMessage request = signed(KEY);

        assertThat(rejected(request).reason()).isEqualTo(Reason.MISSING_ATTRIBUTE);
        StunMessage answer = Wire.decode(answer(request, rejected(request)));
        assertAttributes(answer, AttributeType.ERROR_CODE);
        assertThat(answer.errorCode(0)).isEqualTo(400);
    }

    @Test
    void rfc8489_028_usernameBehindTheIntegrityIsMissing() {
        begin().text(AttributeType.REALM, REALM);
        integrity.sign(mint.append(encoder, NOW, CLIENT), IntegrityAlgorithm.SHA1, KEY);
        StunMessage request =
                Wire.decode(encoder.text(AttributeType.USERNAME, USER).finish());

        assertThat(rejected(request).reason()).isEqualTo(Reason.MISSING_ATTRIBUTE);
    }

    @ParameterizedTest
    @CsvSource({"0x0006, 508, 509", "0x0014, 763, 764", "0x0015, 763, 764", "0x8022, 763, 764"})
    void rfc8489_025_textThatIsLongerThanAllowedIsABadRequest(String type, int longest, int tooLong) {
        assertThat(rejected(withText(Integer.decode(type), tooLong)).error()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(gate.check(NOW, CLIENT, withText(Integer.decode(type), longest)))
                .isNotEqualTo(new Rejected(Reason.ATTRIBUTE_TOO_LONG, List.of(), null));
    }

    private StunMessage withText(int type, int length) {
        begin().text(type, "x".repeat(length))
                .text(AttributeType.USERNAME, USER)
                .text(AttributeType.REALM, REALM);
        mint.append(encoder, NOW, CLIENT);
        return signed(KEY);
    }

    @Test
    void rfc8489_034_unknownUserAndWrongPasswordAreChallenged() {
        credentials("bob", REALM, NOW);
        assertChallenge(signed(KEY), ErrorCode.UNAUTHENTICATED);

        credentials(USER, REALM, NOW);
        assertChallenge(signed(WRONG_KEY), ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void securityS17_unknownUserAndWrongPasswordGetTheSameBytesAfterAsManyHmacs() {
        credentials("bob", REALM, NOW);
        StunMessage unknownUser = signed(WRONG_KEY);
        Rejected unknown = rejected(unknownUser);
        int hmacsForUnknown = verified.size();
        verified.clear();
        credentials(USER, REALM, NOW);
        StunMessage wrongPassword = signed(WRONG_KEY);
        Rejected wrong = rejected(wrongPassword);

        assertThat(unknown.reason()).isEqualTo(Reason.UNKNOWN_USER);
        assertThat(wrong.reason()).isEqualTo(Reason.WRONG_INTEGRITY);
        assertThat(answer(unknownUser, unknown)).isEqualTo(answer(wrongPassword, wrong));
        assertThat(hmacsForUnknown).isEqualTo(1);
        assertThat(verified).hasSize(1);
    }

    @Test
    void securityS17_unknownUserCostsAsManyHmacsAsThereAreSecrets() {
        RequestGate several = gate(new SharedSecretCredentials(REALM, List.of("north", "south", "east")));
        credentials("1799999999:ann", REALM, NOW);
        several.check(NOW, CLIENT, signed(KEY));
        assertThat(verified).hasSize(3);

        verified.clear();
        credentials("1800000001:ann", REALM, NOW);
        several.check(NOW, CLIENT, signed(KEY));
        assertThat(verified).hasSize(3);
    }

    @Test
    void userWhoKnowsTheKeyThatUnknownUsersAreCheckedAgainstIsStillUnknown() {
        credentials("bob", REALM, NOW);

        assertThat(rejected(signed(LongTermKey.ofBytes(new byte[16]))).reason()).isEqualTo(Reason.UNKNOWN_USER);
    }

    @Test
    void securityS21_userOfAnotherRealmIsUnknown() {
        credentials(USER, "example.com", NOW);

        assertThat(rejected(signed(KEY)).reason()).isEqualTo(Reason.UNKNOWN_USER);
    }

    @Test
    void userNameThatIsNotUtf8IsUnknown() {
        begin().bytes(AttributeType.USERNAME, new byte[] {(byte) 0xFF}).text(AttributeType.REALM, REALM);
        mint.append(encoder, NOW, CLIENT);

        assertThat(rejected(signed(KEY)).reason()).isEqualTo(Reason.UNKNOWN_USER);
    }

    @Test
    void rfc8489_035_expiredNonceIsStaleAndAFreshOneComesBack() {
        credentials(USER, REALM, NOW - HOUR);
        StunMessage request = signed(KEY);

        assertThat(rejected(request).reason()).isEqualTo(Reason.NONCE_EXPIRED);
        assertChallenge(request, ErrorCode.STALE_NONCE);
    }

    @Test
    void rfc8489_035_forgedNonceIsStaleToo() {
        begin().text(AttributeType.USERNAME, USER)
                .text(AttributeType.REALM, REALM)
                .text(AttributeType.NONCE, "f//499k954d6OL34oL9FSTvy64sA");
        StunMessage request = signed(KEY);

        assertThat(rejected(request).reason()).isEqualTo(Reason.NONCE_FORGED);
        assertChallenge(request, ErrorCode.STALE_NONCE);
    }

    @Test
    void rfc8489_035_wrongKeyAndStaleNonceTogetherAreUnauthenticated() {
        credentials(USER, REALM, NOW - HOUR);

        assertThat(rejected(signed(WRONG_KEY)).error()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void rfc8489_043_nonceOfAnotherAddressIsStaleAndLooksLikeAForgedOne() {
        StunMessage request = validRequest();
        TransportAddress other = TransportAddress.parse("192.0.2.1:5001");
        Rejected replayed = (Rejected) gate.check(NOW, other, request);

        assertThat(replayed.reason()).isEqualTo(Reason.NONCE_OF_OTHER_ADDRESS);
        assertThat(answer(request, replayed))
                .isEqualTo(answer(request, new Rejected(Reason.NONCE_FORGED, List.of(), null)))
                .isEqualTo(answer(request, new Rejected(Reason.NONCE_EXPIRED, List.of(), null)));
    }

    @Test
    void rfc8489_011_unknownAttributesAreNamedInAnAnswerThatIsSigned() {
        credentials(USER, REALM, NOW)
                .flag(0x7F01)
                .u32(AttributeType.LIFETIME, 1)
                .flag(0x7F02)
                .flag(0x7F01);
        StunMessage request = signed(KEY);

        Rejected rejected = rejected(request);
        StunMessage answer = Wire.decode(answer(request, rejected));

        assertThat(rejected.unknownAttributes()).containsExactly(0x7F01, 0x7F02);
        assertAttributes(
                answer, AttributeType.ERROR_CODE, AttributeType.UNKNOWN_ATTRIBUTES, AttributeType.MESSAGE_INTEGRITY);
        assertThat(answer.errorCode(0)).isEqualTo(420);
        assertThat(answer.slice(1)).isEqualTo(Wire.hex("7f01 7f02"));
        assertThat(integrity.verify(answer, IntegrityAlgorithm.SHA1, KEY)).isTrue();
    }

    @Test
    void unknownAttributesAreNotNamedToStrangers() {
        credentials(USER, REALM, NOW - HOUR).flag(0x7F01);
        assertThat(rejected(signed(KEY)).error()).isEqualTo(ErrorCode.STALE_NONCE);

        assertThat(rejected(Wire.decode(begin().flag(0x7F01).finish())).error()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void passwordAlgorithmIsUnknownToAServerThatOffersNone() {
        credentials(USER, REALM, NOW).u32(AttributeType.PASSWORD_ALGORITHM, 0x00020000);

        assertThat(rejected(signed(KEY)).unknownAttributes()).containsExactly(AttributeType.PASSWORD_ALGORITHM);
    }

    /** Case 38: the answer is signed with MESSAGE-INTEGRITY, because no password algorithm was chosen. */
    @Test
    void requestSignedWithSha256AloneIsAuthenticatedAndAnsweredWithSha1() {
        credentials(USER, REALM, NOW);
        StunMessage request = Wire.decode(
                integrity.sign(encoder, IntegrityAlgorithm.SHA256, KEY).finish());
        Authenticated caller = (Authenticated) gate.check(NOW, CLIENT, request);

        StunEncoder response = new StunEncoder().respond(Wire.dirty(512), request, MessageClass.SUCCESS_RESPONSE);
        StunMessage answer = Wire.decode(gate.sign(response, caller).finish());

        assertThat(integrity.verify(answer, IntegrityAlgorithm.SHA1, KEY)).isTrue();
        assertThat(answer.has(AttributeType.MESSAGE_INTEGRITY_SHA256)).isFalse();
    }

    @Test
    void rfc8489_041_sha256DecidesWhereBothAreThere() {
        assertThat(gate.check(NOW, CLIENT, bothSigned(KEY, KEY))).isInstanceOf(Authenticated.class);
        assertThat(gate.check(NOW, CLIENT, bothSigned(WRONG_KEY, KEY))).isInstanceOf(Authenticated.class);
        assertThat(rejected(bothSigned(KEY, WRONG_KEY)).reason()).isEqualTo(Reason.WRONG_INTEGRITY);
    }

    private StunMessage bothSigned(LongTermKey sha1Key, LongTermKey sha256Key) {
        credentials(USER, REALM, NOW);
        integrity.sign(encoder, IntegrityAlgorithm.SHA1, sha1Key);
        return Wire.decode(
                integrity.sign(encoder, IntegrityAlgorithm.SHA256, sha256Key).finish());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 12, 15, 33, 36})
    void rfc8489_040_sha256OfALengthThatIsNotAllowedIsUnauthenticated(int length) {
        credentials(USER, REALM, NOW).bytes(AttributeType.MESSAGE_INTEGRITY_SHA256, new byte[length]);

        assertThat(rejected(Wire.decode(encoder.finish())).error()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void securityS19_attributesBehindTheIntegrityDoNotCountAgainstTheRequest() {
        credentials(USER, REALM, NOW);
        integrity.sign(encoder, IntegrityAlgorithm.SHA1, KEY);
        StunMessage request = Wire.decode(
                encoder.flag(0x7F01).text(AttributeType.USERNAME, "eve").finish());

        assertThat(gate.check(NOW, CLIENT, request))
                .isEqualTo(new Authenticated(USER, USER, KEY, IntegrityAlgorithm.SHA1));
    }

    @Test
    void securityS20_timeLimitedUserIsRefusedFromItsExpiryOnByTheWallClock() {
        RequestGate timed = gate(new SharedSecretCredentials(REALM, List.of("north")));
        for (String username : List.of("1800000001:ann", "1800000000:ann")) {
            LongTermKey key = LongTermKey.of(
                    PasswordAlgorithm.MD5, username, REALM, SharedSecretCredentials.password("north", username));
            credentials(username, REALM, NOW);
            GateResult result = timed.check(NOW, CLIENT, signed(key));
            if (username.startsWith("1800000001")) {
                assertThat(result).isEqualTo(new Authenticated(username, "ann", key, IntegrityAlgorithm.SHA1));
            } else {
                assertThat(result).isEqualTo(new Rejected(Reason.UNKNOWN_USER, List.of(), null));
            }
        }
    }

    @Test
    void secretThatIsBeingReplacedStillAuthenticatesAndItsKeySignsTheAnswer() {
        RequestGate timed = gate(new SharedSecretCredentials(REALM, List.of("new", "old")));
        String username = "1800000001:ann";
        LongTermKey oldKey = LongTermKey.of(
                PasswordAlgorithm.MD5, username, REALM, SharedSecretCredentials.password("old", username));
        credentials(username, REALM, NOW);

        assertThat(timed.check(NOW, CLIENT, signed(oldKey)))
                .isEqualTo(new Authenticated(username, "ann", oldKey, IntegrityAlgorithm.SHA1));
    }

    @Test
    void securityS15_answerIsAnErrorResponseAndNeverAnotherRequest() {
        StunMessage request = Wire.decode(begin().finish());

        StunMessage answer = Wire.decode(answer(request, rejected(request)));

        assertThat(answer.messageClass()).isEqualTo(MessageClass.ERROR_RESPONSE);
        assertThat(answer.transactionId()).isEqualTo(ID);
        assertThat(answer.method()).isEqualTo(Method.ALLOCATE);
    }

    @Test
    void securityS27_challengeCarriesNoOldMemory() {
        StunMessage request = Wire.decode(begin().finish());
        UnaryOperator<ByteBuffer> answerInto = out -> gate.appendRejection(
                        new StunEncoder().respond(out, request, MessageClass.ERROR_RESPONSE),
                        NOW,
                        CLIENT,
                        rejected(request))
                .finish();

        assertThat(answerInto.apply(Wire.dirty(512))).isEqualTo(answerInto.apply(ByteBuffer.allocate(512)));
    }

    @Test
    void everyReasonHasTheCodeOfTheRfcAndOnlyChallengesInviteToTryAgain() {
        for (Reason reason : Reason.values()) {
            assertThat(reason.error().code()).isIn(400, 401, 420, 438);
            assertThat(reason.isChallenge())
                    .isEqualTo(reason.error().code() % 100 == 1 || reason.error() == ErrorCode.STALE_NONCE);
        }
    }
}
