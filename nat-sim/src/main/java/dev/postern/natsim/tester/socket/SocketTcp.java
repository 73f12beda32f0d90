package dev.postern.natsim.tester.socket;

import dev.postern.natsim.tester.ProbeStream;
import dev.postern.natsim.tester.ProbeTcp;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The TCP of this machine, on the tester's selector and thread. */
final class SocketTcp implements ProbeTcp {

    private static final int READ_BYTES = 4096;

    private final Selector selector;
    private final IpAddress local;
    private final Consumer<Runnable> testersThread;
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);

    /**
     * Connections from one address.
     *
     * @param testersThread has something done a little later on the thread that the selector belongs to
     */
    SocketTcp(Selector selector, IpAddress local, Consumer<Runnable> testersThread) {
        this.selector = selector;
        this.local = local;
        this.testersThread = testersThread;
    }

    @Override
    public @Nullable ProbeStream connect(int host, int port, TransportAddress to, Events events) {
        try {
            SocketChannel channel = SocketChannel.open(SocketNet.family(local));
            try {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(TransportAddress.of(local, port).toSocketAddress());
                Stream stream = new Stream(channel, events);
                stream.connect(to);
                return stream;
            } catch (IOException taken) {
                channel.close();
                return null;
            }
        } catch (IOException exhausted) {
            return null;
        }
    }

    /** A connection of this machine. */
    final class Stream implements ProbeStream {

        private final SocketChannel channel;
        private final Events events;
        private boolean open;
        private boolean closed;

        Stream(SocketChannel channel, Events events) {
            this.channel = channel;
            this.events = events;
        }

        /** A refusal of the own machine comes at once; it is told as if it had come later. */
        void connect(TransportAddress to) throws IOException {
            try {
                boolean already = channel.connect(to.toSocketAddress());
                channel.register(selector, already ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, this);
            } catch (ConnectException refused) {
                channel.close();
                testersThread.accept(() -> {
                    if (!closed) {
                        events.onEnd(System.nanoTime(), End.REFUSED);
                    }
                });
            }
        }

        /** The selector has something for it. */
        void onReady(SelectionKey key) {
            try {
                if (key.isValid() && (key.isConnectable() || key.isWritable())) {
                    channel.finishConnect();
                    open = true;
                    key.interestOps(SelectionKey.OP_READ);
                    events.onOpen(System.nanoTime());
                }
                if (key.isValid() && key.isReadable()) {
                    read();
                }
            } catch (IOException failed) {
                over(open ? End.CLOSED : of(failed));
            }
        }

        private End of(IOException failed) {
            boolean answered = (failed instanceof ConnectException && isRefused(failed))
                    || failed instanceof NoRouteToHostException;
            return answered ? End.REFUSED : End.SILENT;
        }

        /** The message is the operating system's: what is not a time-out was said by somebody. */
        private boolean isRefused(IOException failed) {
            return !String.valueOf(failed.getMessage()).contains("timed out");
        }

        private void read() throws IOException {
            while (channel.isOpen()) {
                buffer.clear();
                int bytes = channel.read(buffer);
                if (bytes == 0) {
                    return;
                }
                if (bytes < 0) {
                    over(End.CLOSED);
                    return;
                }
                events.onData(System.nanoTime(), buffer.flip());
            }
        }

        private void over(End end) {
            if (!closed) {
                close();
                events.onEnd(System.nanoTime(), end);
            }
        }

        @Override
        public void send(ByteBuffer data) {
            try {
                channel.write(data); // a request is far shorter than the buffer of a new connection
            } catch (IOException broken) {
                over(End.CLOSED);
            }
        }

        @Override
        public void close() {
            closed = true;
            try {
                channel.close();
            } catch (IOException gone) {
                // nothing is left to free
            }
        }
    }
}
