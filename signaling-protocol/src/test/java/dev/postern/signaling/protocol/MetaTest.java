package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetaTest {

    @Test
    void whiteSpaceDoesNotCountAndNumbersKeepTheirDigits() {
        assertThat(Meta.ofJson(" { \"a\" : 1.50 , \"b\" : [ 1e3 ] } "))
                .isEqualTo(Meta.ofJson("{\"a\":1.50,\"b\":[1e3]}"));
        assertThat(Meta.ofJson("{\"a\":1.50}").json()).isEqualTo("{\"a\":1.50}");
    }

    @Test
    void anObjectWithoutKeysIsTheEmptyOne() {
        assertThat(Meta.ofJson("{ }")).isSameAs(Meta.EMPTY);
        assertThat(Meta.EMPTY.isEmpty()).isTrue();
        assertThat(Meta.ofJson("{\"a\":0}").isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{}{}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1e999}",
                "{\"a\":\"\\udead\"}",
                "{\"prototype\":1}",
                "{\"a\":[[[[[[[[[[[[[1]]]]]]]]]]]]]}"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Meta.ofJson(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
