package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The account that coturn 4.6.1's uclient prints, read right: what a run without loss says, and one with it. */
class UclientTest {

    private static final String CLEAN = """
            10: : start_mclient: msz=20, tot_send_msgs=3955, tot_recv_msgs=3954, tot_send_bytes ~ 4746000, tot_recv_bytes ~ 4744800
            10: : start_mclient: tot_send_msgs=4000, tot_recv_msgs=4000
            10: : start_mclient: tot_send_bytes ~ 4800000, tot_recv_bytes ~ 4800000
            10: : Total transmit time is 10
            10: : Total lost packets 0 (0.000000%), total send dropped 0 (0.000000%)
            """;

    @Test
    void readsTheTotalsOfTheLastLine() {
        Uclient run = Uclient.parse(CLEAN);
        run.assertAllArrived(4000);
        assertThat(run.sent()).isEqualTo(4000);
    }

    @Test
    void seesWhatWasLost() {
        String lossy = CLEAN.replace("tot_recv_msgs=4000", "tot_recv_msgs=3999").replace("packets 0", "packets 1");
        assertThatThrownBy(() -> Uclient.parse(lossy).assertAllArrived(4000)).isInstanceOf(AssertionError.class);
    }

    @Test
    void outputWithoutSummaryIsNoSuccess() {
        assertThatThrownBy(() -> Uclient.parse("0: : ERROR: Cannot complete Allocation\n"))
                .isInstanceOf(AssertionError.class);
    }
}
