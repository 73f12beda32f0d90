package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.transport.UdpDriverKind;
import dev.postern.transport.UdpOptions;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RehearsalIT {

    private static final int CLIENTS = 8;
    private static final int ROUNDS = 2 * CLIENTS;
    private static final int CALLS = 2 * (CLIENTS - 1 + CLIENTS);
    private static final int PACKETS = 4 + 1;
    private static final UdpOptions UDP = UdpOptions.DEFAULT.withDriver(UdpDriverKind.NIO);

    @Test
    void eachRoundIsACallFromItsFirstRequestToItsEnd() throws IOException {
        try (Rehearsal rehearsal = Rehearsal.open(UDP)) {
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(rehearsal.round()).isTrue();
            }

            assertThat(rehearsal.count(TurnCounter.BINDINGS_ANSWERED)).isEqualTo(ROUNDS - 2);
            assertThat(rehearsal.count(TurnCounter.AUTH_CHALLENGES))
                    .as("the second call has the nonce of the first")
                    .isEqualTo(CALLS / 2);
            assertThat(rehearsal.count(TurnCounter.ALLOCATIONS_OPENED)).isEqualTo(CALLS);
            assertThat(rehearsal.count(TurnCounter.ALLOCATIONS_ENDED_REFRESH)).isEqualTo(CALLS);
            assertThat(rehearsal.count(TurnCounter.PACKETS_TO_PEERS)).isEqualTo(PACKETS * CALLS);
            assertThat(rehearsal.count(TurnCounter.PACKETS_TO_CLIENTS)).isEqualTo(PACKETS * CALLS);
        }
    }

    @Test
    void nothingIsRefusedOrLeft() throws IOException {
        try (Rehearsal rehearsal = Rehearsal.open(UDP)) {
            for (int i = 0; i < ROUNDS; i++) {
                rehearsal.round();
            }

            for (TurnCounter counter : TurnCounter.values()) {
                String name = counter.name();
                if (name.startsWith("REFUSED")
                        || name.startsWith("AUTH_FAILED")
                        || name.startsWith("DROPPED")
                        || name.startsWith("LIMITED")) {
                    assertThat(rehearsal.count(counter)).as(name).isZero();
                }
            }
            assertThat(rehearsal.count(TurnCounter.ALLOCATIONS_ACTIVE)).isZero();
        }
    }

    @Test
    void listensAtLoopbackAloneAndLeavesNeitherSocketNorThread() throws IOException {
        InetSocketAddress listener;
        try (Rehearsal rehearsal = Rehearsal.open(UDP)) {
            rehearsal.round();
            listener = rehearsal.listener();
            assertThat(listener.getAddress().isLoopbackAddress()).isTrue();
            assertThat(threads()).isNotEmpty();
        }

        assertThat(threads()).isEmpty();
        try (DatagramSocket free = new DatagramSocket(listener)) {
            assertThat(free.getLocalPort()).isEqualTo(listener.getPort());
        }
    }

    @Test
    void aSecretIsRandomAndLongEnough() {
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String secret = Rehearsal.randomSecret();
            assertThat(Base64.getUrlDecoder().decode(secret)).hasSize(16);
            secrets.add(secret);
        }

        assertThat(secrets).hasSize(100);
    }

    private static Set<String> threads() {
        Set<String> names = new HashSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(TurnRelay.REHEARSAL)) {
                names.add(thread.getName());
            }
        }
        return names;
    }
}
