package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@link AttributeType} against the registry that {@code iana-stun-attributes.csv} is a copy of. */
class AttributeTypeTest {

    private record Row(int value, String name, String reference) {

        static Row parse(String line) {
            List<String> cells = List.of(line.split(",", -1));
            return new Row(Integer.decode(cells.get(0)), cells.get(1), cells.get(2));
        }

        boolean isOurs() {
            return reference.startsWith("RFC") && !name.equals("Reserved");
        }
    }

    @Test
    void everyAttributeThatAnRfcRegistersIsAConstantOfItsNameAndValue() throws Exception {
        Map<Integer, String> registered = new TreeMap<>();
        registry().filter(Row::isOurs).forEach(row -> registered.put(row.value, row.name));

        Map<Integer, String> constants = new TreeMap<>();
        for (Field field : AttributeType.class.getFields()) {
            assertThat(Modifier.isStatic(field.getModifiers())).isTrue();
            int value = field.getInt(null);
            constants.put(value, AttributeType.nameOf(value));
            assertThat(AttributeType.nameOf(value).replaceAll("[- ]", "_")).startsWith(field.getName());
        }
        assertThat(constants).isEqualTo(registered);
    }

    @Test
    void noConstantIsReservedOrAVendors() {
        registry()
                .filter(row -> !row.isOurs())
                .forEach(row -> assertThat(AttributeType.nameOf(row.value)).startsWith("0x"));
    }

    @Test
    void upperHalfOfTheRangeMayBeIgnored() {
        assertThat(AttributeType.isComprehensionRequired(0x0000)).isTrue();
        assertThat(AttributeType.isComprehensionRequired(0x7FFF)).isTrue();
        assertThat(AttributeType.isComprehensionRequired(0x8000)).isFalse();
        assertThat(AttributeType.isComprehensionRequired(0xFFFF)).isFalse();
    }

    private static Stream<Row> registry() {
        return Wire.resource("iana-stun-attributes.csv")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(Row::parse);
    }
}
