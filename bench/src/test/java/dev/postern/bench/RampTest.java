package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RampTest {

    private final Ramp ramp = new Ramp();

    @Test
    void offersMoreUntilTheServerIsFull() {
        climb(40_000, 1e9);
        assertThat(ramp.most()).isEqualTo(40_000);
        assertThat(ramp.rate()).as("offered last, and half as much again").isEqualTo(10_000 * Math.pow(1.5, 5));
    }

    @Test
    void endsWhereTheGeneratorCanOfferNoMore() {
        climb(1e9, 30_000);
        assertThat(ramp.most()).isEqualTo(30_000);
    }

    @Test
    void serverThatCarriesLessWhenItIsFullIsHeldAgainstWhatItCarriedBefore() {
        ramp.add(step(10_000, 10_000));
        ramp.add(step(15_000, 9_000));
        assertThat(ramp.isOver()).isTrue();
        assertThat(ramp.most()).isEqualTo(10_000);
    }

    @Test
    void fewLostPacketsDoNotEndIt() {
        ramp.add(step(10_000, 9_600));
        assertThat(ramp.isOver()).isFalse();
    }

    private void climb(double carried, double generated) {
        for (int steps = 0; !ramp.isOver(); steps++) {
            assertThat(steps).isLessThan(20);
            double offered = Math.min(ramp.rate(), generated);
            ramp.add(step(offered, Math.min(offered, carried)));
        }
    }

    private static Sample step(double offered, double delivered) {
        String json = "{\"seconds\":2.00,\"rate\":" + delivered + ",\"sent\":" + 2 * offered + "}";
        return Sample.parse(Overload.RAMP.name(), "ours", 0, json);
    }
}
