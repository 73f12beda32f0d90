package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A shard's UDP port that DTLS shares: what goes where by its first byte, and what waits to leave. */
class DtlsDemuxTest {

    private static final TransportAddress SHARED = TransportAddress.parse("192.0.2.1:3478");
    private static final TransportAddress ALONE = TransportAddress.parse("192.0.2.2:3478");
    private static final TransportAddress CLIENT = TransportAddress.parse("198.51.100.7:40000");
    private static final FiveTuple PATH = new FiveTuple(TransportProtocol.UDP, CLIENT, SHARED);
    private static final int DATAGRAMS = 100_000;
    private static final int MANY = 2000;

    private final FakeDriver driver = new FakeDriver();
    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final FakeDtls dtls = new FakeDtls();
    private final List<String> relayed = new ArrayList<>();
    private int heard;

    private final ShardLoop loop =
            FakeDriver.loop(0, new Neighbours(), driver, () -> 1, counters, shard -> new ToyHandler(shard) {
                @Override
                public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
                    heard++;
                }

                @Override
                public void onRelayIcmp(
                        long nowNanos, Relay relay, TransportAddress peer, int type, int code, int data) {
                    relayed.add("ICMP " + type + " " + code + " " + data + " about " + peer);
                }

                @Override
                public void onRelayDatagram(long nowNanos, Relay relay, TransportAddress peer, ByteBuffer data) {
                    relayed.add("from " + peer);
                }
            });
    private final DtlsDemux demux = new DtlsDemux(loop);

    DtlsDemuxTest() throws Exception {
        loop.sharesPortsWith(demux);
        demux.add(SHARED, dtls.feed(SHARED, 1, new NoSessions(), (client, datagram) -> {}));
    }

    /** Nobody comes. */
    private static final class NoSessions implements DtlsPorts.Sessions {

        @Override
        public DtlsPorts.Session admit(TransportAddress server, TransportAddress client, DtlsPorts.Wire wire) {
            throw new AssertionError("nobody comes");
        }

        @Override
        public void overflowed() {
            throw new AssertionError("nothing is too much");
        }
    }

    private void receive(TransportAddress server, byte... data) throws Exception {
        FiveTuple path = new FiveTuple(TransportProtocol.UDP, CLIENT, server);
        driver.incoming.add(new FakeDriver.Incoming(path, ByteBuffer.wrap(data)));
        loop.round();
    }

    private long sent() {
        return driver.log.stream().filter(("to " + CLIENT)::equals).count();
    }

    /** RFC 7983 section 7. */
    @Test
    void case124_twentyToSixtyThreeGoToDtlsAndAllElseGoesToTheHandler() throws Exception {
        for (int first = 0; first < 256; first++) {
            dtls.fed.clear();
            heard = 0;
            receive(SHARED, (byte) first, (byte) 7);
            boolean isDtls = first >= 20 && first <= 63;
            assertThat(heard).as("to the handler, first byte %d", first).isEqualTo(isDtls ? 0 : 1);
            if (isDtls) {
                assertThat(dtls.fed).containsExactly(CLIENT + " " + String.format("%02x07", first));
            } else {
                assertThat(dtls.fed).as("to DTLS, first byte %d", first).isEmpty();
            }
        }
        receive(SHARED);
        assertThat(heard).as("an empty one too").isEqualTo(2);
        assertThat(counters.get(TransportCounter.DTLS_TAKEN_FROM_UDP)).isEqualTo(44);
    }

    @Test
    void whatRelaysBringIsTheShardsAsItIs() throws Exception {
        Relay relay = driver.openRelay(ALONE, "relay");
        demux.onRelayDatagram(relay, CLIENT, ByteBuffer.wrap(new byte[] {22}));
        demux.onRelayIcmp(relay, CLIENT, 3, 4, 1400);
        assertThat(relayed).containsExactly("from " + CLIENT, "ICMP 3 4 1400 about " + CLIENT);
        assertThat(dtls.fed).isEmpty();
    }

    @Test
    void aPortThatIsNotSharedKeepsAll() throws Exception {
        receive(ALONE, (byte) 22);
        assertThat(heard).isEqualTo(1);
        assertThat(dtls.fed).isEmpty();
    }

    @Test
    void whatIsSentLeavesInTheNextRoundAndTooMuchIsRefused() throws Exception {
        ByteBuffer longest = ByteBuffer.allocate(DtlsPorts.MAX_DATAGRAM_BYTES);
        int most = DtlsDemux.WAITING_BYTES / (Shard.HEADROOM + longest.capacity());
        for (int i = 0; i < most; i++) {
            assertThat(demux.send(PATH, longest.duplicate())).isTrue();
        }
        assertThat(demux.send(PATH, longest.duplicate())).isFalse();
        loop.round();
        assertThat(sent()).isEqualTo(most);
        assertThat(demux.send(PATH, longest.duplicate()))
                .as("there is room again")
                .isTrue();
    }

    @Test
    void manySmallOnesLeaveInSeveralRoundsAndWhatIsLeftAtTheEndOfTheShard() throws Exception {
        for (int i = 0; i < MANY; i++) {
            assertThat(demux.send(PATH, ByteBuffer.wrap(new byte[] {21}))).isTrue();
        }
        loop.round();
        assertThat(sent()).isBetween(1L, MANY - 1L);
        loop.stop();
        loop.run();
        assertThat(sent()).isEqualTo(MANY);
        assertThat(driver.log).endsWith("to " + CLIENT, "close");
    }

    @Test
    void aPortThatThrowsLosesThatOneDatagram() throws Exception {
        demux.add(SHARED, new ThrowingPort());
        receive(SHARED, (byte) 22);
        receive(SHARED, (byte) 1);
        assertThat(counters.get(TransportCounter.HANDLER_FAILURES)).isEqualTo(1);
        assertThat(heard).isEqualTo(1);
    }

    private static final class ThrowingPort implements DtlsPorts.FedPort {

        @Override
        public TransportAddress address() {
            return SHARED;
        }

        @Override
        public void onDatagram(TransportAddress client, ByteBuffer datagram) {
            throw new IllegalStateException("a defect of the library");
        }

        @Override
        public void close() {}
    }

    /** Once the code is compiled; where the compiler was still at work, a later round is clean. */
    @Test
    void whatIsNotDtlsPassesWithoutGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer stun = ByteBuffer.allocateDirect(100);
        ByteBuffer channelData = ByteBuffer.allocateDirect(100).put(0, (byte) 0x40);
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < 10 && leastBytes > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < DATAGRAMS; i++) {
                demux.onDatagram(PATH, stun);
                demux.onDatagram(PATH, channelData);
            }
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(leastBytes).isZero();
        assertThat(heard).isGreaterThanOrEqualTo(2 * DATAGRAMS);
    }
}
