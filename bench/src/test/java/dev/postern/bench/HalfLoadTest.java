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
    void kernelTellsWhatSocketsAndTheHostTook() {
        List<String> snmp = List.of(
                "Tcp: RtoMin RcvbufErrors", "Tcp: 200 9", "Udp: InDatagrams RcvbufErrors SndbufErrors", "Udp: 70 12 3");
        List<String> sockets = List.of(
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
                "  101: 0101007F:0D96 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 5",
                "  102: 0101007F:0D97 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 6");
        KernelCounts before = KernelCounts.of(snmp, sockets, List.of("cpu  1 2 3 4 5 6 7 8 9 10"), 3478);
        assertThat(before).isEqualTo(new KernelCounts(12, 5, 80));
        assertThat(before.until(new KernelCounts(15, 5, 100))).isEqualTo(new KernelCounts(3, 0, 20));
        assertThat(KernelCounts.of(List.of(), List.of(), List.of("cpu 1"), 3478))
                .isEqualTo(new KernelCounts(0, 0, 0));
    }

    @Test
    void halfOfTheMostIsOffered() {
        assertThat(HalfLoad.open(145_001)).containsSequence("--rate", "72501");
    }

    @Test
    void tableSaysWhatWasLostHowMemoryGrewAndHowOftenItStoodStill() {
        String counted = HalfLoad.joined(JSON, new KernelCounts(2, 1, 2_500));
        Sample ours =
                Sample.parse(HalfLoad.ROW.name(), "ours", 0, HalfLoad.joined(counted, new GcPauses(12, 3.25, 14)));
        Sample coturn = Sample.parse(HalfLoad.ROW.name(), "coturn", 0, JSON);
        assertThat(HalfLoad.markdown(List.of(coturn, ours), List.of("coturn", "ours")))
                .endsWith("""
                | coturn | 40000 | 1.5 | 1800000 | 2 | 1 | 210 | 440 | 9000 | 100.0 to 102.0 MiB |  |  |  |  |
                | ours | 40000 | 1.5 | 1800000 | 2 | 1 | 210 | 440 | 9000 | 100.0 to 102.0 MiB | 12, longest 3.3 ms, all 14.0 ms | 2, 1 | 2.5 s |  |

                """);
    }
}
