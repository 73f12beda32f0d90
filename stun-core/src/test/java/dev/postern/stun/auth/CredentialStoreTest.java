package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
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
    void staticUserHasTheKeyOfItsPassword(PasswordAlgorithm algorithm) {
        CredentialStore store = new StaticCredentials(REALM, Map.of("ann", "secret", "bob", "other"));

        assertThat(store.find("ann", algorithm, NOW))
                .containsExactly(LongTermKey.of(algorithm, "ann", REALM, "secret"));
        assertThat(store.find("Ann", algorithm, NOW)).isEmpty();
        assertThat(store.find("", algorithm, NOW)).isEmpty();
        assertThat(store.quotaUser("ann")).isEqualTo("ann");
        assertThat(store.realm()).isEqualTo(REALM);
    }

    @Test
    void staticPasswordThatCannotBePreparedIsRefusedByUserAndNotShown() {
        assertThatThrownBy(() -> new StaticCredentials(REALM, Map.of("ann", "sec\u0007ret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ann'")
                .hasMessageContaining("U+0007")
                .hasMessageNotContaining("ret");
    }

    @Test
    void realmOfAStoreIsNotEmptyAndIsSentAsItIsHashed() {
        assertThat(new StaticCredentials("re\u0301alm", Map.of()).realm()).isEqualTo("r\u00E9alm");
        assertThat(new SharedSecretCredentials("re\u0301alm", List.of("north")).realm())
                .isEqualTo("r\u00E9alm");
        assertThatThrownBy(() -> new StaticCredentials("", Map.of())).hasMessageContaining("empty");
        assertThatThrownBy(() -> new SharedSecretCredentials("", List.of("a"))).hasMessageContaining("empty");
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

    @Test
    void timeLimitedUserHasTheKeyOfTheDerivedPassword() {
        CredentialStore store = new SharedSecretCredentials(REALM, List.of("north"));
        String username = NOW + 60 + ":ann";

        assertThat(store.find(username, PasswordAlgorithm.MD5, NOW))
                .containsExactly(LongTermKey.of(
                        PasswordAlgorithm.MD5, username, REALM, SharedSecretCredentials.password("north", username)));
    }

    @Test
    void eachSecretGivesAKeySoThatOneCanBeReplaced() {
        CredentialStore store = new SharedSecretCredentials(REALM, List.of("north", "south"));
        String username = NOW + 60 + "";

        assertThat(store.maxKeysPerUser()).isEqualTo(2);
        assertThat(store.find(username, PasswordAlgorithm.MD5, NOW))
                .containsExactly(
                        new SharedSecretCredentials(REALM, List.of("north"))
                                .find(username, PasswordAlgorithm.MD5, NOW)
                                .get(0),
                        new SharedSecretCredentials(REALM, List.of("south"))
                                .find(username, PasswordAlgorithm.MD5, NOW)
                                .get(0));
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
    void securityS20_userIsValidBeforeItsExpiryAndNotAtIt(String username, boolean valid) {
        CredentialStore store = new SharedSecretCredentials(REALM, List.of("north"));

        assertThat(store.find(username, PasswordAlgorithm.MD5, NOW).isEmpty()).isNotEqualTo(valid);
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

        assertThat(store.find(username, PasswordAlgorithm.MD5, NOW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1800000001:ann, ann",
        "1800000002:ann, ann",
        "1800000001:ann:phone, ann:phone",
        "1800000001, 1800000001",
        "1800000001:, 1800000001:",
    })
    void quotaCountsTheUserBehindTheExpiry(String username, String quotaUser) {
        assertThat(new SharedSecretCredentials(REALM, List.of("north")).quotaUser(username))
                .isEqualTo(quotaUser);
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
