package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.Wire;
import dev.postern.stun.auth.GateResult.Authenticated;
import dev.postern.stun.auth.GateResult.Reason;
import dev.postern.stun.auth.GateResult.Rejected;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets through the gate, by which signature, and what a stranger can learn from it. */
class RequestGateCredentialsTest extends GateFixture {

    @Test
    void rfc8489_034_unknownUserAndWrongPasswordAreChallenged() {
        credentials("bob", REALM, NOW);
        assertChallenge(signed(KEY), ErrorCode.UNAUTHENTICATED);

        credentials(USER, REALM, NOW);
        assertChallenge(signed(WRONG_KEY), ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void s17_unknownUserAndWrongPasswordGetTheSameBytesAfterAsManyHmacs() {
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
    void s17_unknownUserCostsAsManyHmacsAsThereAreSecrets() {
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
    void s21_userOfAnotherRealmIsUnknown() {
        credentials(USER, "example.com", NOW);

        assertThat(rejected(signed(KEY)).reason()).isEqualTo(Reason.UNKNOWN_USER);
    }

    @Test
    void userNameThatIsNotUtf8IsUnknown() {
        begin().bytes(AttributeType.USERNAME, new byte[] {(byte) 0xFF}).text(AttributeType.REALM, REALM);
        mint.append(encoder, NOW, CLIENT);

        assertThat(rejected(signed(KEY)).reason()).isEqualTo(Reason.UNKNOWN_USER);
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
    void s20_timeLimitedUserIsRefusedFromItsExpiryOnByTheWallClock() {
        RequestGate timed = gate(new SharedSecretCredentials(REALM, List.of("north")));
        for (String username : List.of("1800000001:ann", "1800000000:ann")) {
            LongTermKey key = LongTermKey.of(
                    PasswordAlgorithm.MD5, username, REALM, SharedSecretCredentials.password("north", username));
            credentials(username, REALM, NOW);
            GateResult result = timed.check(NOW, CLIENT, signed(key));
            if (username.startsWith("1800000001")) {
                assertThat(result)
                        .isEqualTo(new Authenticated(username, "ann", key, IntegrityAlgorithm.SHA1, 1_800_000_001L));
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
                .isEqualTo(new Authenticated(username, "ann", oldKey, IntegrityAlgorithm.SHA1, 1_800_000_001L));
    }
}
