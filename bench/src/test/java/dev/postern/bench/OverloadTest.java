package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadTest {

    @Test
    void twiceTheMostIsOfferedByTheLoadThatHasFoundIt() {
        assertThat(Overload.tooMuch(150_000.4))
                .isEqualTo(Overload.open(300_000.8))
                .containsSequence("--rate", "300001")
                .contains("--probe");
    }

    @Test
    void tableHoldsWhatCameOutAgainstTheMost() {
        List<Sample> samples = List.of(
                sample("ours", 0, 100_000, 400_000, 90_000, 0, 0),
                sample("ours", 1, 100_000, 400_000, 110_000, 2, 0),
                sample("ours", 2, 100_000, 400_000, 100_000, 0, 0));
        assertThat(Overload.markdown(samples, List.of("coturn", "ours"))).endsWith("""
                | ours | 100000 | 200000 | 100000 | 49.8 | 100 % (90 to 110) | 900 | 20000 | 2 of 600 | 850 |  |

                """);
    }

    @Test
    void lossIsNoFlawAndTooLittleLoadIs() {
        assertThat(sample("ours", 0, 100_000, 300_000, 90_000, 0, 0).flaw()).isEmpty();
        assertThat(sample("ours", 0, 100_000, 299_000, 90_000, 0, 0).flaw()).isEqualTo("generator too slow");
        assertThat(sample("ours", 0, 100_000, 400_000, 189_999, 0, 0).flaw()).isEmpty();
        assertThat(sample("ours", 0, 100_000, 400_000, 190_000, 0, 0).flaw()).isEqualTo("not full");
        assertThat(sample("ours", 0, 100_000, 400_000, 90_000, 0, 1).flaw()).isEqualTo("bad packets");
    }

    @Test
    void nothingIsPrintedWhereTheCellWasNotRun() {
        assertThat(Overload.markdown(List.of(), List.of("ours"))).isEmpty();
    }

    @Test
    void whatIsNoResultIsRefused() {
        assertThatThrownBy(() -> Overload.joined("send: No route to host", 1)).isInstanceOf(BenchRefused.class);
    }

    private static Sample sample(String server, int repeat, int most, int sent, int rate, int probesLost, int bad) {
        String json = "{\"tool\":\"turnload\",\"seconds\":2.00,\"rate\":" + rate + ",\"server_cpu\":0.498,\"sent\":"
                + sent
                + ",\"loss\":0.5,\"bad\":" + bad
                + ",\"late\":7,\"p50_us\":900,\"p99_us\":20000,\"probes\":200,\"probes_lost\":"
                + probesLost + ",\"probe_p99_us\":850}";
        return Sample.parse(Overload.ROW.name(), server, repeat, Overload.joined(json, most));
    }
}
