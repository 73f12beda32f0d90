package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ResultTableTest {

    private static final Row ROW = Row.cpu("c2p-1", "one voice");

    @Test
    void tableHasMediansSpreadAndTheRatioOfPairs() {
        String table = table(List.of(
                sample("coturn", 0, 8, 0, 0, 0),
                sample("ours", 0, 4, 0, 0, 0),
                sample("ours", 1, 8, 0, 0, 0),
                sample("coturn", 1, 12, 0, 0, 0),
                sample("coturn", 2, 10, 0, 0, 0),
                sample("ours", 2, 5, 0, 0, 0)));

        assertThat(table)
                .contains(
                        "| one voice | coturn | 10.0 us (8.00 to 12.0) |  | 1000 | 20.0 | 300 | 0.00 % |  |",
                        "|  | ours | 5.00 us (4.00 to 8.00) | 2.00 (1.50 to 2.00) | 1000 | 20.0 | 300 | 0.00 % |  |");
    }

    @Test
    void ratioIsNotClaimedWhereOneServerLostPackets() {
        String table = table(List.of(
                sample("coturn", 0, 8, 0.0011, 0, 0),
                sample("ours", 0, 4, 0, 0, 0),
                sample("coturn", 1, 8, 0, 0, 0),
                sample("ours", 1, 4, 0, 0, 0)));

        assertThat(table).contains("loss in 1 of 2 |", "[2.00 (2.00 to 2.00)]", "0.11 %");
    }

    @Test
    void lossOfOneInAThousandIsNoFlawAndMoreIs() {
        assertThat(sample("ours", 0, 4, Sample.MOST_LOSS, 0, 0).flaw()).isEmpty();
        assertThat(sample("ours", 0, 4, 0.00101, 0, 0).flaw()).isEqualTo("loss");
    }

    @Test
    void wrongPacketsAndALateGeneratorAreFlaws() {
        assertThat(sample("ours", 0, 4, 0, 1, 0).flaw()).isEqualTo("bad packets");
        assertThat(sample("ours", 0, 4, 0, 0, 8).flaw()).isEqualTo("generator late");
    }

    @Test
    void memoryHasNoDelays() {
        Sample held =
                Sample.parse("alloc-memory", "ours", 0, "{\"rate\":5,\"p50_us\":7,\"bytes_per_allocation\":1200}");
        String table = new ResultTable(List.of(held), List.of("ours"), "ours").markdown(List.of(Cell.MEMORY));
        assertThat(table).contains("| ours | 1200 B (1200 to 1200) |  |  |  |  |  |  |");
    }

    @Test
    void rawLineNamesWhatWasMeasured() {
        assertThat(Sample.parse("a", "b", 3, "{\"cpu_us\":1.5}").raw())
                .isEqualTo("{\"row\":\"a\",\"server\":\"b\",\"repeat\":3,\"cpu_us\":1.5}");
    }

    @Test
    void whatIsNoResultIsRefusedWithWhatItSaid() {
        assertThatThrownBy(() -> Sample.parse("a", "b", 0, "connect: Connection refused"))
                .isInstanceOf(BenchRefused.class)
                .hasMessageContaining("Connection refused");
    }

    private static String table(List<Sample> samples) {
        return new ResultTable(samples, List.of("coturn", "ours"), "coturn").markdown(List.of(ROW));
    }

    private static Sample sample(String server, int repeat, double cpu, double loss, int bad, int late) {
        String json = String.format(
                Locale.ROOT,
                "{\"tool\":\"turnload\",\"rate\":1000,\"p50_us\":20.0,\"p99_us\":300,\"cpu_us\":%f,\"loss\":%f,\"bad\":%d,\"late\":%d}",
                cpu,
                loss,
                bad,
                late);
        return Sample.parse(ROW.name(), server, repeat, json);
    }
}
