package dev.postern.app.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.TransportAddress;
import dev.postern.transport.DtlsPorts;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.eclipse.californium.scandium.dtls.Connection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table of clients at the moments when Scandium says no, with threads that the test moves. */
class KnownClientsTest {

    private static final InetSocketAddress PEER =
            TransportAddress.parse("198.51.100.7:40000").toSocketAddress();

    private final Admitting admitting = new Admitting();
    private final KnownClients clients = new KnownClients(10, admitting);
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Connection connection = new Connection(PEER);
    private int goodbyes;

    KnownClientsTest() {
        clients.attach(null);
        clients.setConnectionListener(clients.listener());
        clients.begin(TransportAddress.parse("192.0.2.1:5349"), new KnownClients.Sender() {
            @Override
            public boolean send(Connection to, ByteBuffer datagram) {
                return false;
            }

            /** As Scandium's own: by the client's executor. */
            @Override
            public void close(InetSocketAddress peer) {
                goodbyes++;
                connection.getExecutor().execute(() -> {});
            }
        });
    }

    /** Takes everybody in. */
    private static final class Admitting implements DtlsPorts.Sessions {

        private final List<DtlsPorts.Wire> wires = new ArrayList<>();
        private int ended;

        @Override
        public DtlsPorts.@Nullable Session admit(
                TransportAddress server, TransportAddress client, DtlsPorts.Wire wire) {
            wires.add(wire);
            return new DtlsPorts.Session() {
                @Override
                public void established() {
                    throw new AssertionError("nobody shakes hands here");
                }

                @Override
                public void onDatagram(ByteBuffer datagram) {
                    throw new AssertionError("nobody sends here");
                }

                @Override
                public void ended() {
                    ended++;
                }
            };
        }

        @Override
        public void overflowed() {
            throw new AssertionError("nothing comes here");
        }
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void whoIsAdmittedAndThenNotTakenByTheTableIsCountedOut() {
        assertThatThrownBy(() -> clients.put(connection))
                .as("it has no executor")
                .isInstanceOf(IllegalStateException.class);
        assertThat(admitting.wires).hasSize(1);
        assertThat(admitting.ended).isEqualTo(1);
        assertThat(clients.known()).isZero();
    }

    @Test
    void whoIsClosedHearsAGoodbyeAndIsForgotten() {
        connection.setConnectorContext(tasks::add, clients.listener());
        assertThat(clients.put(connection)).isTrue();
        admitting.wires.get(0).close();
        runAll();
        assertThat(goodbyes).isEqualTo(1);
        assertThat(admitting.ended).isEqualTo(1);
        assertThat(clients.known()).isZero();
    }

    /** Its goodbye is being handled: it is still in the table, and its executor takes nothing any more. */
    @Test
    void aClientThatEndsByItselfWhileItIsClosedIsNoError() {
        connection.setConnectorContext(tasks::add, clients.listener());
        assertThat(clients.put(connection)).isTrue();
        connection.getExecutor().shutdown();
        admitting.wires.get(0).close();
        assertThat(goodbyes).isEqualTo(1);
        assertThat(admitting.ended).isZero();
        clients.remove(connection, true);
        assertThat(admitting.ended).as("Scandium goes on with its end").isEqualTo(1);
        assertThat(clients.known()).isZero();
    }
}
