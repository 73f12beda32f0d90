package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.auth.Lookup.Known;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialStoreTest {

    private static final String REALM = "example.org";
    private static final long NOW = 1_800_000_000L;

    @ParameterizedTest
    @EnumSource(PasswordAlgorithm.class)
    void staticUserHasTheKeyOfItsPasswordForever(PasswordAlgorithm algorithm) {
        CredentialStore store = StaticCredentials.of(REALM, Map.of("ann", "secret", "bob", "other"));

        assertThat(store.find("ann", algorithm, NOW))
                .isEqualTo(new Known("ann", List.of(LongTermKey.of(algorithm, "ann", REALM, "secret")), Lookup.NEVER));
        assertThat(store.find("Ann", algorithm, NOW)).isEqualTo(Lookup.UNKNOWN);
        assertThat(store.find("", algorithm, NOW)).isEqualTo(Lookup.UNKNOWN);
        assertThat(store.realm()).isEqualTo(REALM);
    }

    @Test
    void staticUserWhoseKeysAreStoredNeedsNoPassword() {
        String stored = StoredKeys.of("ann", REALM, "secret").toText();

        CredentialStore byKeys = StaticCredentials.of(REALM, Map.of("ann", stored));
        CredentialStore byPassword = StaticCredentials.of(REALM, Map.of("ann", "secret"));

        for (PasswordAlgorithm algorithm : PasswordAlgorithm.values()) {
            assertThat(byKeys.find("ann", algorithm, NOW)).isEqualTo(byPassword.find("ann", algorithm, NOW));
        }
    }

    @Test
    void whatEveryUserHasAKeyOfIsOffered() {
        StoredKeys both = StoredKeys.of("ann", REALM, "secret");
        String md5 = both.toText().substring(0, both.toText().indexOf(','));

        assertThat(StaticCredentials.of(REALM, Map.of("ann", "secret")).algorithms())
                .containsExactly(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5);
        CredentialStore old = StaticCredentials.of(REALM, Map.of("ann", md5, "bob", "secret"));
        assertThat(old.algorithms()).containsExactly(PasswordAlgorithm.MD5);
        assertThat(old.find("ann", PasswordAlgorithm.SHA_256, NOW))
                .isEqualTo(new Known("ann", List.of(), Lookup.NEVER));
        assertThat(StaticCredentials.of(REALM, Map.of()).algorithms()).hasSize(2);
    }

    @Test
    void staticPasswordThatCannotBePreparedIsRefusedByUserAndNotShown() {
        assertThatThrownBy(() -> StaticCredentials.of(REALM, Map.of("ann", "sec\u0007ret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ann'")
                .hasMessageContaining("U+0007")
                .hasMessageNotContaining("ret");
    }

    @Test
    void realmOfAStoreIsNotEmptyAndIsSentAsItIsHashed() {
        assertThat(StaticCredentials.of("re\u0301alm", Map.of()).realm()).isEqualTo("r\u00E9alm");
        assertThat(new SharedSecretCredentials("re\u0301alm", List.of("north")).realm())
                .isEqualTo("r\u00E9alm");
        assertThatThrownBy(() -> StaticCredentials.of("", Map.of())).hasMessageContaining("empty");
        assertThatThrownBy(() -> new SharedSecretCredentials("", List.of("a"))).hasMessageContaining("empty");
    }

    @Test
    void staticUserIsFoundByHisUserhashAndATimeLimitedOneIsNot() {
        CredentialStore written = StaticCredentials.of(REALM, Map.of("ann", "secret"));
        CredentialStore timeLimited = new SharedSecretCredentials(REALM, List.of("north"));
        ByteBuffer hash = ByteBuffer.wrap(Userhash.of("ann", REALM));

        assertThat(written.usernameOf(hash)).isEqualTo("ann");
        assertThat(written.usernameOf(ByteBuffer.wrap(Userhash.of("bob", REALM))))
                .isNull();
        assertThat(written.usernameOf(ByteBuffer.allocate(0))).isNull();
        assertThat(written.offersUserhash()).isTrue();
        assertThat(timeLimited.usernameOf(hash)).isNull();
        assertThat(timeLimited.offersUserhash()).isFalse();
    }

    /**
     * The numbers of draft-uberti-behave-turn-rest-00's scheme, computed with openssl: HMAC-SHA1("north",
     * "1433895918:ann").
     */
    @Test
    void sharedSecretPasswordIsTheHmacOfTheUserName() {
        assertThat(SharedSecretCredentials.password("north", "1433895918:ann"))
                .isEqualTo("zAlhH20kpuDJR8ZKdq5vyQV+Ung=");
    }

    @ParameterizedTest
    @EnumSource(PasswordAlgorithm.class)
    void timeLimitedUserHasTheKeyOfTheDerivedPasswordUntilHisExpiry(PasswordAlgorithm algorithm) {
        CredentialStore store = new SharedSecretCredentials(REALM, List.of("north"));
        String username = NOW + 60 + ":ann";

        assertThat(store.find(username, algorithm, NOW))
                .isEqualTo(new Known("ann", List.of(key(algorithm, username, "north")), NOW + 60));
    }

    @Test
    void eachSecretGivesAKeySoThatOneCanBeReplaced() {
        CredentialStore store = new SharedSecretCredentials(REALM, List.of("north", "south"));
        String username = NOW + 60 + "";

        assertThat(store.maxKeysPerUser()).isEqualTo(2);
        assertThat(store.find(username, PasswordAlgorithm.MD5, NOW))
                .isEqualTo(new Known(
                        username,
                        List.of(
                                key(PasswordAlgorithm.MD5, username, "north"),
                                key(PasswordAlgorithm.MD5, username, "south")),
                        NOW + 60));
    }

    private static LongTermKey key(PasswordAlgorithm algorithm, String username, String secret) {
        return LongTermKey.of(algorithm, username, REALM, SharedSecretCredentials.password(secret, username));
    }

    @ParameterizedTest
    @CsvSource({
        "1800000001, true",
        "1800000001:ann, true",
        "1800000000, false",
        "1800000000:ann, false",
        "1799999999:ann, false",
        "0:ann, false",
        "999999999999999999:ann, true",
    })
    void s20_userIsValidBeforeItsExpiryAndNotAtIt(String username, boolean valid) {
        CredentialStore store = new SharedSecretCredentials(REALM, List.of("north"));

        assertThat(store.find(username, PasswordAlgorithm.MD5, NOW) instanceof Known)
                .isEqualTo(valid);
    }

    @Test
    void s20_toleranceForAnotherClockIsAddedToTheExpiryAndBounded() {
        CredentialStore store = new SharedSecretCredentials(REALM, List.of("north"), Duration.ofSeconds(30));

        assertThat(store.find(NOW - 29 + ":ann", PasswordAlgorithm.MD5, NOW))
                .isInstanceOfSatisfying(
                        Known.class,
                        known -> assertThat(known.expiresAtSeconds()).isEqualTo(NOW + 1));
        assertThat(store.find(NOW - 30 + ":ann", PasswordAlgorithm.MD5, NOW)).isEqualTo(Lookup.UNKNOWN);
        assertThatThrownBy(() -> new SharedSecretCredentials(REALM, List.of("north"), Duration.ofSeconds(301)))
                .hasMessageContaining("PT5M");
        assertThatThrownBy(() -> new SharedSecretCredentials(REALM, List.of("north"), Duration.ofSeconds(-1)))
                .hasMessageContaining("PT-1S");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":ann",
                "ann",
                "ann:1800000001",
                "-1800000001:ann",
                "+1800000001:ann",
                " 1800000001:ann",
                "1800000001 :ann",
                "1.8e10:ann",
                "0x7fffffff:ann",
                "9999999999999999999:ann",
                "99999999999999999999999999999999:ann",
                "\u0661\u0668\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0661\u0661:ann", // Arabic-Indic digits
            })
    void nameThatDoesNotStartWithAnExpiryIsNoUser(String username) {
        CredentialStore store = new SharedSecretCredentials(REALM, List.of("north"));

        assertThat(TimeLimitedName.parse(username)).isNull();
        assertThat(store.find(username, PasswordAlgorithm.MD5, NOW)).isEqualTo(Lookup.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "1800000001:ann, ann, ''",
        "1800000002:ann, ann, ''",
        "1800000001:ann:phone, ann:phone, ''",
        "1800000001:@ann:example.org, @ann:example.org, ''",
        "1800000001:ann#1234, ann#1234, ''",
        "1800000001:ann#abcdefghijklmnopqrstuv, ann, abcdefghijklmnopqrstuv",
        "1800000001:a#b#abcdefghijklmnopqrst-_, a#b, abcdefghijklmnopqrst-_",
        "1800000001:#abcdefghijklmnopqrstuv, #abcdefghijklmnopqrstuv, abcdefghijklmnopqrstuv",
        "1800000001, 1800000001, ''",
        "1800000001:, 1800000001, ''",
    })
    void quotaCountsTheUserBehindTheExpiryWhicheverHisRoom(String username, String quotaUser, String roomTag) {
        TimeLimitedName name = Objects.requireNonNull(TimeLimitedName.parse(username));

        assertThat(name.quotaUser()).isEqualTo(quotaUser);
        assertThat(name.roomTag()).isEqualTo(roomTag);
        assertThat(TimeLimitedName.parse(name.text())).isEqualTo(name);
    }

    @Test
    void roomTagTellsRoomsApartAndTheRoomToNobodyWithoutTheSecret() {
        String tag = TimeLimitedName.roomTag("north", "kitchen");

        assertThat(tag)
                .hasSize(TimeLimitedName.ROOM_TAG_CHARACTERS)
                .isNotEqualTo(TimeLimitedName.roomTag("south", "kitchen"))
                .isNotEqualTo(TimeLimitedName.roomTag("north", "Kitchen"));
        assertThat(new TimeLimitedName(NOW, "ann", tag).text()).isEqualTo(NOW + ":ann#" + tag);
        assertThat(new TimeLimitedName(NOW, "", "").text()).isEqualTo(NOW + "");
        assertThatThrownBy(() -> new TimeLimitedName(NOW, "ann#" + tag, "")).hasMessageContaining("something else");
        assertThatThrownBy(() -> new TimeLimitedName(NOW, "ann", "kitchen")).hasMessageContaining("something else");
        assertThatThrownBy(() -> new TimeLimitedName(-1, "ann", "")).hasMessageContaining("-1");
    }

    @Test
    void noSecretTooManyOrAnEmptyOneAreRefused() {
        assertThatThrownBy(() -> new SharedSecretCredentials(REALM, List.of())).hasMessageContaining("1 to 4");
        assertThatThrownBy(() -> new SharedSecretCredentials(REALM, List.of("a", "b", "c", "d", "e")))
                .hasMessageContaining("not 5");
        assertThatThrownBy(() -> new SharedSecretCredentials(REALM, List.of("a", "")))
                .hasMessageContaining("empty");
    }
}
