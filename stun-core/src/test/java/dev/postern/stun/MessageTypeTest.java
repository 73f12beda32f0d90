package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTypeTest {

    @ParameterizedTest
    @CsvSource({
        "BINDING, REQUEST, 0x0001",
        "BINDING, INDICATION, 0x0011",
        "BINDING, SUCCESS_RESPONSE, 0x0101",
        "BINDING, ERROR_RESPONSE, 0x0111",
        "ALLOCATE, REQUEST, 0x0003",
        "REFRESH, REQUEST, 0x0004",
        "SEND, INDICATION, 0x0016",
        "DATA, INDICATION, 0x0017",
        "CREATE_PERMISSION, ERROR_RESPONSE, 0x0118",
        "CHANNEL_BIND, SUCCESS_RESPONSE, 0x0109",
        "CONNECT, REQUEST, 0x000A",
        "CONNECTION_BIND, REQUEST, 0x000B",
        "CONNECTION_ATTEMPT, INDICATION, 0x001C",
    })
    void methodAndClassShareTheTypeAsTheRfcDrawsIt(Method method, MessageClass messageClass, String type) {
        assertThat(MessageType.of(messageClass, method.code())).isEqualTo(Integer.decode(type));
    }

    @Test
    void everyMethodAndClassHasATypeOfItsOwn() {
        Set<Integer> types = new HashSet<>();
        for (int method = 0; method <= Method.MAX_CODE; method++) {
            for (MessageClass messageClass : MessageClass.values()) {
                int type = MessageType.of(messageClass, method);
                assertThat(type).isBetween(0, 0x3FFF);
                assertThat(types.add(type)).isTrue();
                assertThat(MessageType.methodCode(type)).isEqualTo(method);
                assertThat(MessageType.messageClass(type)).isEqualTo(messageClass);
            }
        }
    }

    @Test
    void methodIsFoundByItsNumberAndUnknownOnesAreNull() {
        for (Method method : Method.values()) {
            assertThat(Method.fromCode(method.code())).isEqualTo(method);
        }
        assertThat(Method.fromCode(0)).isNull();
        assertThat(Method.fromCode(0x002)).isNull(); // SharedSecret of RFC 3489
        assertThat(Method.fromCode(Method.MAX_CODE)).isNull();
        assertThat(Method.fromCode(-1)).isNull();
    }
}
