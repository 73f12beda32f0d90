package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver that runs everywhere: {@link DatagramChannel} and {@link Selector}, one datagram per system call. What a round
 * receives and sends goes through one {@link DatagramQueue}.
 */
final class NioUdpDriver implements UdpDriver {

    private static final Logger LOG = LoggerFactory.getLogger(NioUdpDriver.class);

    /** Datagrams that one listener hands in before the others have their turn. */
    private static final int LISTENER_BATCH = 64;

    /** The same for one relay: there are many of them. */
    private static final int RELAY_BATCH = 16;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long LONGEST_WAIT_MILLIS = 3_600_000;

    private final Selector selector;
    private final Counters<TransportCounter> counters;
    private final int listenerBufferBytes;
    private final int relayBufferBytes;
    private final DatagramQueue queue = new DatagramQueue();
    private final AddressCache addresses = new AddressCache();
    private final Map<TransportAddress, Listener> listeners = new HashMap<>();
    private final Consumer<SelectionKey> onReady = this::onReady;
    private final List<Listener> inOrder = new ArrayList<>();
    private @Nullable Receiver receiver;
    private @Nullable Listener lastSender;
    private int ofPeers;
    private long round;
    private boolean behind;

    NioUdpDriver(ShardsConfig config, Counters<TransportCounter> counters) throws IOException {
        this.listenerBufferBytes = config.udp().listenerBufferBytes();
        this.relayBufferBytes = config.relayBufferBytes();
        this.counters = counters;
        this.selector = Selector.open();
    }

    /** A socket that the selector reports. */
    private interface ReceivingSocket {

        /** Returns how many datagrams of peers came. */
        int receiveBatch(Receiver to);
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public TransportAddress listen(TransportAddress address, Sharing sharing) throws IOException {
        DatagramChannel channel = open(address);
        try {
            if (!sharing.isFirst()) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            size(channel, listenerBufferBytes);
            channel.bind(address.toSocketAddress());
            if (sharing.isFirst() && sharing.of() > 1) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            warnIfSmaller(channel, address);
            Listener listener = new Listener(channel);
            channel.register(selector, SelectionKey.OP_READ, listener);
            listeners.put(listener.local, listener);
            inOrder.add(listener);
            return listener.local;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public Set<String> controlInodes() {
        return Set.of();
    }

    private static DatagramChannel open(TransportAddress address) throws IOException {
        DatagramChannel channel;
        try {
            channel = DatagramChannel.open(
                    address.ip().isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this host has no IPv6", e);
        }
        channel.configureBlocking(false);
        return channel;
    }

    private static void size(DatagramChannel channel, int bytes) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, bytes);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, bytes);
    }

    private void warnIfSmaller(DatagramChannel channel, TransportAddress address) throws IOException {
        int got = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        if (got < listenerBufferBytes) {
            LOG.atWarn()
                    .addKeyValue("address", address)
                    .addKeyValue("askedBytes", listenerBufferBytes)
                    .addKeyValue("gotBytes", got)
                    .log("The kernel gives this listener a smaller receive buffer (Linux: raise net.core.rmem_max)");
        }
    }

    @Override
    public void poll(long timeoutNanos, Receiver to) throws IOException {
        flush(); // what a round that was cut short has left
        receiver = to;
        round++;
        ofPeers = 0;
        behind = false;
        if (timeoutNanos == 0) {
            selector.selectNow(onReady);
        } else if (timeoutNanos < 0) {
            selector.select(onReady);
        } else {
            long millis = (timeoutNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
            selector.select(onReady, Math.min(millis, LONGEST_WAIT_MILLIS));
        }
        flush();
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    private void onReady(SelectionKey key) {
        Receiver to = receiver;
        if (to != null && key.isValid() && key.attachment() instanceof ReceivingSocket socket) {
            to.onBatch();
            ofPeers += socket.receiveBatch(to);
            if (ofPeers >= LISTENER_BATCH) {
                ofPeers = 0;
                hearListeners(to);
            }
        }
    }

    /** Between relays, which are many: one more empty call for each listener, and none of them waits for all relays of a round. */
    private void hearListeners(Receiver to) {
        for (int i = 0; i < inOrder.size(); i++) {
            Listener listener = inOrder.get(i);
            to.onBatch();
            for (int n = 0; n < LISTENER_BATCH && listener.hear(to); n++) {}
        }
    }

    /** Receives one datagram into the queue's buffer; null when there is none. */
    private @Nullable InetSocketAddress receive(DatagramChannel channel) {
        ByteBuffer room = queue.room();
        try {
            return (InetSocketAddress) channel.receive(room);
        } catch (IOException e) {
            counters.add(TransportCounter.UDP_RECEIVE_FAILED);
            return null;
        }
    }

    private void sendNow(DatagramChannel channel, ByteBuffer data, TransportAddress to, boolean relay) {
        int bytes = data.remaining();
        try {
            if (channel.send(data, addresses.socket(to)) < bytes) {
                counters.add(TransportCounter.UDP_SEND_BLOCKED);
                return;
            }
        } catch (IOException | IllegalArgumentException e) { // the second: an address family that the socket has not
            counters.add(TransportCounter.UDP_SEND_FAILED);
            return;
        }
        counters.add(relay ? TransportCounter.RELAY_DATAGRAMS_SENT : TransportCounter.CLIENT_DATAGRAMS_SENT);
        counters.add(relay ? TransportCounter.RELAY_BYTES_SENT : TransportCounter.CLIENT_BYTES_SENT, bytes);
    }

    @Override
    public void toClient(FiveTuple path, ByteBuffer data) {
        Listener listener = lastSender;
        if (listener == null || !listener.local.equals(path.server())) {
            listener = listeners.get(path.server());
            lastSender = listener;
        }
        if (listener == null) {
            counters.add(TransportCounter.UDP_SEND_FAILED);
        } else {
            queue.add(listener, path.client(), data);
        }
    }

    @Override
    public Relay openRelay(TransportAddress bind, Object attachment) throws IOException {
        DatagramChannel channel = open(bind);
        try {
            size(channel, relayBufferBytes);
            channel.bind(bind.toSocketAddress());
            NioRelay relay = new NioRelay(channel, attachment);
            channel.register(selector, SelectionKey.OP_READ, relay);
            return relay;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void flush() {
        queue.flush();
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        flush();
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("A UDP socket could not be closed");
        } catch (ClosedSelectorException e) {
            LOG.atDebug().log("Closed before");
        }
    }

    private static TransportAddress localAddress(DatagramChannel channel) throws IOException {
        return TransportAddress.of((InetSocketAddress) channel.getLocalAddress());
    }

    /** A socket that clients send to. */
    private final class Listener implements ReceivingSocket, DatagramQueue.Outlet {

        private final DatagramChannel channel;
        private final TransportAddress local;
        private final FlowCache flows;
        private final ReceivePace pace = new ReceivePace(LISTENER_BATCH);

        Listener(DatagramChannel channel) throws IOException {
            this.channel = channel;
            this.local = localAddress(channel);
            this.flows = new FlowCache(local, addresses);
        }

        @Override
        public int receiveBatch(Receiver to) {
            int count = 0;
            while (count < pace.wanted() && hear(to)) {
                count++;
            }
            behind |= pace.received(round, count);
            return 0;
        }

        private boolean hear(Receiver to) {
            InetSocketAddress source = receive(channel);
            if (source == null) {
                return false;
            }
            ByteBuffer data = queue.received();
            counters.add(TransportCounter.CLIENT_DATAGRAMS_RECEIVED);
            counters.add(TransportCounter.CLIENT_BYTES_RECEIVED, data.remaining());
            to.onDatagram(flows.path(source), data);
            return true;
        }

        @Override
        public void sendNow(TransportAddress client, ByteBuffer data) {
            NioUdpDriver.this.sendNow(channel, data, client, false);
        }
    }

    /** A socket that peers send to. */
    private final class NioRelay implements Relay, ReceivingSocket, DatagramQueue.Outlet {

        private final DatagramChannel channel;
        private final TransportAddress local;
        private final Object attachment;
        private final ReceivePace pace = new ReceivePace(RELAY_BATCH);

        NioRelay(DatagramChannel channel, Object attachment) throws IOException {
            this.channel = channel;
            this.local = NioUdpDriver.localAddress(channel);
            this.attachment = attachment;
        }

        @Override
        public Object attachment() {
            return attachment;
        }

        @Override
        public TransportAddress localAddress() {
            return local;
        }

        @Override
        public void send(TransportAddress peer, ByteBuffer payload) {
            if (!isOfFamily(peer)) { // the JDK's IPv6 sockets would send to IPv4 too, from an address of their own
                counters.add(TransportCounter.UDP_SEND_FAILED);
            } else if (channel.isOpen()) {
                queue.add(this, peer, payload);
            }
        }

        @Override
        public void sendNow(TransportAddress peer, ByteBuffer payload) {
            NioUdpDriver.this.sendNow(channel, payload, peer, true);
        }

        @Override
        public int receiveBatch(Receiver to) {
            int count = 0;
            while (count < pace.wanted() && channel.isOpen() && hear(to)) {
                count++;
            }
            behind |= pace.received(round, count);
            return count;
        }

        private boolean hear(Receiver to) {
            InetSocketAddress source = receive(channel);
            if (source == null) {
                return false;
            }
            ByteBuffer data = queue.received();
            counters.add(TransportCounter.RELAY_DATAGRAMS_RECEIVED);
            counters.add(TransportCounter.RELAY_BYTES_RECEIVED, data.remaining());
            TransportAddress peer = addresses.address(source);
            if (isOfFamily(peer)) {
                to.onRelayDatagram(this, peer, data);
            }
            return true;
        }

        @Override
        public void close() {
            if (!channel.isOpen()) {
                return;
            }
            queue.flush(); // some of it may be this one's
            counters.add(TransportCounter.RELAYS_CLOSED);
            try {
                channel.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("A relay socket did not close cleanly");
            }
        }

        private boolean isOfFamily(TransportAddress peer) {
            return peer.ip().isIpv4() == local.ip().isIpv4() && !peer.ip().isIpv4Mapped();
        }

        @Override
        public String toString() {
            return "relay " + local;
        }
    }
}
