package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class KernelDropsTest {

    private static final String HEAD =
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops";

    private static String line(String local, String drops) {
        return "    2: " + local
                + " 00000000:00000000 07 00000000:00000000 00:00000000 00000000     0        0 113835 2 0000000068f1e825 "
                + drops + "        ";
    }

    @Test
    void lastColumnOfTheNamedSocketsIsAddedUp() {
        Stream<String> lines = Stream.of(
                HEAD,
                line("0100007F:0D96", "7"),
                line("0100007F:0D96", "5"), // the next shard's
                line("0100007F:0D97", "100"),
                line("0100007F:0D96", "many"),
                "short 0100007F:0D96 3",
                "");
        assertThat(KernelDrops.sum(lines, Set.of("0100007F:0D96"), Set.of())).isEqualTo(new KernelDrops(12, 0));
    }

    @Test
    void dropsOfControlSocketsAreToldApartByTheirInodes() {
        Stream<String> lines = Stream.of(
                line("0100007F:0D96", "7"),
                line("0100007F:0D96", "5").replace("113835", "113836"),
                line("0100007F:0D97", "100").replace("113835", "113837"));
        assertThat(KernelDrops.sum(lines, Set.of("0100007F:0D96"), Set.of("113836", "113837")))
                .isEqualTo(new KernelDrops(12, 5));
    }

    @Test
    void addressIsWrittenInWordsOfThisMachine() {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        assertThat(KernelDrops.key(TransportAddress.parse("127.0.0.1:3478")))
                .isEqualTo(little ? "0100007F:0D96" : "7F000001:0D96");
        assertThat(KernelDrops.key(TransportAddress.parse("[2001:db8::1]:80")))
                .isEqualTo(little ? "B80D0120000000000000000001000000:0050" : "20010DB8000000000000000000000001:0050");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullReceiveBufferShows() throws Exception {
        try (DatagramChannel full = DatagramChannel.open(StandardProtocolFamily.INET);
                DatagramChannel sender = DatagramChannel.open()) {
            full.setOption(StandardSocketOptions.SO_RCVBUF, 4096)
                    .bind(TransportAddress.parse("127.0.0.1:0").toSocketAddress());
            TransportAddress address = TransportAddress.of((InetSocketAddress) full.getLocalAddress());
            assertThat(KernelDrops.at(List.of(address), Set.of()).all()).isZero();

            for (int i = 0; i < 100; i++) {
                sender.send(ByteBuffer.allocate(1000), full.getLocalAddress());
            }
            assertThat(KernelDrops.at(List.of(address), Set.of()).all()).isBetween(50L, 99L);
        }
    }
}
