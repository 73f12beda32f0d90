package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HalfLoadTest {

    private static final String JSON =
            "{\"tool\":\"turnload\",\"seconds\":90.00,\"rate\":20000,\"carries\":40000,\"sent\":1800000,\"got\":1799998,\"loss\":0.000001,"
                    + "\"bad\":0,\"late\":0,\"p50_us\":210.0,\"p99_us\":440,\"max_us\":9000,\"rss_begin_kb\":102400,\"rss_kb\":104448,\"probes\":900,\"probes_lost\":1}";

    @Test
    void pausesAreReadAndConcurrentWorkIsNot() {
        GcPauses pauses = GcPauses.of(List.of(
                "[0.004s] Using G1",
                "[3.141s] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 1.500ms",
                "[4.000s] GC(1) Concurrent Mark Cycle 12.345ms",
                "[4.100s] GC(1) Pause Remark 30M->29M(256M) 2.250ms",
                "[9.000s] GC(2) Pause Full (System.gc()) 30M->29M(256M) 10ms"));
        assertThat(pauses).isEqualTo(new GcPauses(3, 10, 13.75));
        assertThat(GcPauses.of(List.of())).isEqualTo(new GcPauses(0, 0, 0));
    }

    @Test
    void halfOfTheMostIsOffered() {
        assertThat(HalfLoad.open(145_001)).containsSequence("--rate", "72501");
    }

    @Test
    void tableSaysWhatWasLostHowMemoryGrewAndHowOftenItStoodStill() {
        Sample ours = Sample.parse(HalfLoad.ROW.name(), "ours", 0, HalfLoad.joined(JSON, new GcPauses(12, 3.25, 14)));
        Sample coturn = Sample.parse(HalfLoad.ROW.name(), "coturn", 0, JSON);
        assertThat(HalfLoad.markdown(List.of(coturn, ours), List.of("coturn", "ours")))
                .endsWith("""
                | coturn | 40000 | 1.5 | 1800000 | 2 | 1 | 210 | 440 | 9000 | 100.0 to 102.0 MiB |  |  |
                | ours | 40000 | 1.5 | 1800000 | 2 | 1 | 210 | 440 | 9000 | 100.0 to 102.0 MiB | 12, longest 3.3 ms, all 14.0 ms |  |

                """);
    }
}
