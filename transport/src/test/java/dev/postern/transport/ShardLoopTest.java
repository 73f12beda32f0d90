package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardLoopTest {

    private static final TransportAddress SERVER = TransportAddress.parse("192.0.2.1:3478");
    private static final FiveTuple PATH =
            new FiveTuple(TransportProtocol.UDP, TransportAddress.parse("198.51.100.7:40000"), SERVER);

    private final FakeDriver driver = new FakeDriver();
    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private long nowNanos = 1_000;

    private ShardLoop loop(Function<Shard, ShardHandler> factory) {
        return FakeDriver.loop(0, new Neighbours(), driver, () -> nowNanos, counters, factory);
    }

    private void receive() {
        driver.incoming.add(new FakeDriver.Incoming(PATH, ByteBuffer.wrap(new byte[] {1, 2, 3})));
    }

    @Test
    void waitIsAsLongAsTheHandlerAllows() throws Exception {
        ToyHandler[] toy = new ToyHandler[1];
        ShardLoop loop = loop(shard -> toy[0] = new ToyHandler(shard));

        loop.round();
        assertThat(driver.lastTimeoutNanos).isEqualTo(UdpDriver.FOREVER);

        toy[0].timeoutNanos = nowNanos + 5_000_000;
        loop.round();
        assertThat(driver.lastTimeoutNanos).isEqualTo(5_000_000);
        assertThat(toy[0].events).isEmpty();

        nowNanos += 5_000_000;
        loop.round();
        assertThat(driver.lastTimeoutNanos).isZero();
        assertThat(toy[0].events).containsExactly("timeout");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE - 10_000_000})
    void timerFiresAtAnyTimeOfTheClock(long startNanos) throws Exception {
        nowNanos = startNanos;
        ToyHandler[] toy = new ToyHandler[1];
        ShardLoop loop = loop(shard -> toy[0] = new ToyHandler(shard));
        toy[0].timeoutNanos = startNanos + 1_000_000;

        loop.round();
        assertThat(toy[0].events).isEmpty();
        nowNanos += 1_000_000;
        loop.round();
        assertThat(toy[0].events).containsExactly("timeout");
    }

    @Test
    void manyTasksDoNotKeepSocketsAndTimerWaiting() throws Exception {
        List<Integer> ran = new ArrayList<>();
        ToyHandler[] toy = new ToyHandler[1];
        ShardLoop loop = loop(shard -> toy[0] = new ToyHandler(shard));
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(() -> ran.add(number));
        }
        toy[0].timeoutNanos = nowNanos;
        receive();

        loop.round();

        assertThat(ran).hasSizeLessThan(100).isNotEmpty();
        assertThat(driver.lastTimeoutNanos).isZero();
        assertThat(driver.log).contains("to " + PATH.client());
        assertThat(toy[0].events).containsExactly("timeout");
        for (int i = 0; i < 20; i++) {
            loop.round();
        }
        assertThat(ran).hasSize(1000).isSorted();
    }

    @Test
    void relayIsOpenedAfterTheCallThatAskedForItHasReturned() throws Exception {
        List<String> order = new ArrayList<>();
        ShardLoop loop = loop(shard -> new ToyHandler(shard) {
            @Override
            public void onDatagram(long now, FiveTuple path, ByteBuffer data) {
                order.add("datagram begins");
                shard.openRelay(SERVER, "A");
                order.add("datagram ends");
            }

            @Override
            public void onRelayOpened(long now, Relay opened) {
                order.add("opened " + opened.attachment());
            }
        });
        receive();

        loop.round();

        assertThat(order).containsExactly("datagram begins", "datagram ends", "opened A");
    }

    @Test
    void relayThatCannotBeBoundIsToldWithItsReasonAndCounted() throws Exception {
        ToyHandler[] toy = new ToyHandler[1];
        ShardLoop loop = loop(shard -> toy[0] = new ToyHandler(shard));
        driver.relayFailure = new BindException("Address already in use");
        loop.openRelay(SERVER, "A");

        loop.round();

        assertThat(toy[0].events).containsExactly("failed A: Address already in use");
        assertThat(counters.get(TransportCounter.RELAY_OPEN_FAILED)).isOne();
    }

    @Test
    void relayThatFailsForAReasonNobodyForesawIsToldToo() throws Exception {
        ToyHandler[] toy = new ToyHandler[1];
        ShardLoop loop = loop(shard -> toy[0] = new ToyHandler(shard));
        driver.relayFailure = new IllegalStateException();
        loop.openRelay(SERVER, "A");

        loop.round();

        assertThat(toy[0].events).containsExactly("failed A: IllegalStateException");
    }

    @Test
    void manyRelaysToOpenTakeSeveralRoundsWithoutAWaitBetween() throws Exception {
        ToyHandler[] toy = new ToyHandler[1];
        ShardLoop loop = loop(shard -> toy[0] = new ToyHandler(shard));
        for (int i = 0; i < 100; i++) {
            loop.openRelay(SERVER, i);
        }

        loop.round();
        int first = toy[0].events.size();
        for (int i = 0; i < 10; i++) {
            loop.round();
            assertThat(driver.lastTimeoutNanos).isIn(0L, UdpDriver.FOREVER);
        }

        assertThat(first).isBetween(1, 50);
        assertThat(toy[0].events).hasSize(100);
    }

    @Test
    void handlerThatThrowsLosesThatInputAndNothingElse() throws Exception {
        ShardLoop loop = loop(shard -> new ToyHandler(shard) {
            private int seen;

            @Override
            public void onDatagram(long now, FiveTuple path, ByteBuffer data) {
                if (++seen == 1) {
                    throw new IllegalStateException("thrown by the test");
                }
                super.onDatagram(now, path, data);
            }
        });
        receive();
        receive();
        loop.execute(() -> {
            throw new AssertionError("thrown by the test");
        });
        List<String> later = new ArrayList<>();
        loop.execute(() -> later.add("ran"));

        loop.round();

        assertThat(driver.log.stream().filter(line -> line.startsWith("to "))).hasSize(1);
        assertThat(later).containsExactly("ran");
        assertThat(counters.get(TransportCounter.HANDLER_FAILURES)).isEqualTo(2);
    }

    @Test
    void timerThatThrowsRestsInsteadOfTakingTheCore() throws Exception {
        int[] calls = new int[1];
        ShardLoop loop = loop(shard -> new ToyHandler(shard) {
            @Override
            public long nextTimeout() {
                return 0;
            }

            @Override
            public void onTimeout(long now) {
                calls[0]++;
                throw new IllegalStateException("thrown by the test");
            }
        });

        loop.round();
        loop.round();
        assertThat(calls[0]).isOne();
        assertThat(driver.lastTimeoutNanos).isEqualTo(100_000_000);

        nowNanos += 100_000_000;
        loop.round();
        assertThat(calls[0]).isEqualTo(2);
    }

    @Test
    void driverIsFlushedAtTheEndOfEveryRound() throws Exception {
        ShardLoop loop = loop(ToyHandler::new);
        loop.execute(() -> loop.toClient(PATH, ByteBuffer.allocate(1)));

        loop.round();

        assertThat(driver.log).containsExactly("poll", "to " + PATH.client(), "flush");
    }

    @Test
    void taskThatIsGivenWhileTheShardIsAwakeCostsNoWakeup() throws Exception {
        ShardLoop loop = loop(ToyHandler::new);
        loop.execute(() -> {});
        loop.execute(() -> {});

        loop.round();

        assertThat(driver.wakeups).isZero();
    }

    @Test
    void stoppedShardClosesItsDriverAndTakesNoTask() {
        ShardLoop loop = loop(ToyHandler::new);
        loop.stop();
        loop.execute(() -> {
            throw new AssertionError("must not run");
        });

        loop.run();

        assertThat(driver.log).containsExactly("close");
        assertThat(counters.get(TransportCounter.HANDLER_FAILURES)).isZero();
    }

    @Test
    void steadyDatagramsLetTheShardRestUnlessThereIsMoreToDo() throws Exception {
        List<Long> rests = new ArrayList<>();
        ShardLoop loop = new ShardLoop(
                0,
                new Neighbours(),
                driver,
                () -> nowNanos,
                counters,
                ToyHandler::new,
                new Coalescer(500_000),
                rests::add);
        for (int i = 0; i < 1_000; i++) {
            nowNanos += 50_000;
            receive();
            loop.round();
        }
        assertThat(rests).isNotEmpty().allMatch(nanos -> nanos <= 500_000);

        rests.clear();
        for (int i = 0; i < 1_000; i++) {
            nowNanos += 50_000;
            receive();
            for (int task = 0; task < 65; task++) { // one more than a round runs
                loop.execute(() -> {});
            }
            loop.round();
        }
        assertThat(rests).isEmpty();

        ShardLoop behind = new ShardLoop(
                0,
                new Neighbours(),
                driver,
                () -> nowNanos,
                counters,
                ToyHandler::new,
                new Coalescer(500_000),
                rests::add);
        driver.behind = true;
        for (int i = 0; i < 1_000; i++) {
            nowNanos += 50_000;
            receive();
            behind.round();
        }
        assertThat(rests).isEmpty();
    }
}
