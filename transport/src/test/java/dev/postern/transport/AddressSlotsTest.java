package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressSlotsTest {

    private static final int SCOPE = 0;

    private final AddressSlots slots = new AddressSlots();

    /**
     * Half load for half an hour made 3 bytes of garbage a packet where it should make none: two of fifty clients lay on one slot, and each packet of one
     * drove the other out.
     */
    @Test
    void twoAddressesOfOneSlotBothStay() {
        List<Long> together = together(2);
        together.forEach(key -> slots.take(key, 0, 0, SCOPE));
        assertThat(together)
                .allSatisfy(key -> assertThat(slots.find(key, 0, 0, SCOPE)).isNotEqualTo(AddressSlots.NONE));
        assertThat(together.stream().map(key -> slots.find(key, 0, 0, SCOPE))).doesNotHaveDuplicates();
    }

    @Test
    void thirdTakesThePlaceOfTheOneThatCameFirst() {
        List<Long> together = together(3);
        together.forEach(key -> slots.take(key, 0, 0, SCOPE));
        assertThat(slots.find(together.get(0), 0, 0, SCOPE)).isEqualTo(AddressSlots.NONE);
        assertThat(slots.find(together.get(1), 0, 0, SCOPE)).isNotEqualTo(AddressSlots.NONE);
        assertThat(slots.find(together.get(2), 0, 0, SCOPE)).isNotEqualTo(AddressSlots.NONE);
    }

    @Test
    void everyPartOfAnAddressCounts() {
        slots.take(1, 2, 3, 4);
        assertThat(slots.find(1, 2, 3, 4)).isNotEqualTo(AddressSlots.NONE);
        assertThat(List.of(
                        slots.find(9, 2, 3, 4), slots.find(1, 9, 3, 4), slots.find(1, 2, 9, 4), slots.find(1, 2, 3, 9)))
                .containsOnly(AddressSlots.NONE);
    }

    /** So many keys that fall on the pair of the first of them. */
    private List<Long> together(int count) {
        AddressSlots probe = new AddressSlots();
        int pair = probe.take(1, 0, 0, SCOPE) >>> 1;
        List<Long> keys = new ArrayList<>(List.of(1L));
        for (long key = 2; keys.size() < count; key++) {
            if (probe.take(key, 0, 0, SCOPE) >>> 1 == pair) {
                keys.add(key);
            }
        }
        return keys;
    }
}
