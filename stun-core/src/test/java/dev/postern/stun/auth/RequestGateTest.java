package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.Wire;
import dev.postern.stun.auth.GateResult.Reason;
import dev.postern.stun.auth.GateResult.Rejected;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate's order and answers; numbered names are the cases of the STUN and TURN conformance list. */
class RequestGateTest extends GateFixture {

    @Test
    void requestOfAKnownUserIsAuthenticated() {
        assertThat(gate.check(NOW, CLIENT, validRequest())).isEqualTo(AUTHENTICATED);
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

        assertThat(replayed.reason()).isEqualTo(Reason.NONCE_FORGED);
        assertThat(answer(request, replayed))
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
    void s19_attributesBehindTheIntegrityDoNotCountAgainstTheRequest() {
        credentials(USER, REALM, NOW);
        integrity.sign(encoder, IntegrityAlgorithm.SHA1, KEY);
        StunMessage request = Wire.decode(
                encoder.flag(0x7F01).text(AttributeType.USERNAME, "eve").finish());

        assertThat(gate.check(NOW, CLIENT, request)).isEqualTo(AUTHENTICATED);
    }

    @Test
    void s15_answerIsAnErrorResponseAndNeverAnotherRequest() {
        StunMessage request = Wire.decode(begin().finish());

        StunMessage answer = Wire.decode(answer(request, rejected(request)));

        assertThat(answer.messageClass()).isEqualTo(MessageClass.ERROR_RESPONSE);
        assertThat(answer.transactionId()).isEqualTo(ID);
        assertThat(answer.method()).isEqualTo(Method.ALLOCATE);
    }

    @Test
    void s27_challengeCarriesNoOldMemory() {
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
