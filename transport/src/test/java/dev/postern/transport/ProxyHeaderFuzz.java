package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a proxy sends first, in pieces: it is read, or refused with the exception that closes the connection. The first byte cuts. */
class ProxyHeaderFuzz {

    private static final int EXTRAS_BYTES = 2048;

    @FuzzTest(maxDuration = "10m")
    void anyFirstBytesAreReadOrRefused(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int step = 1 + (input[0] & 0x3F);
        assertThat(read(input, step)).isEqualTo(read(input, input.length));
    }

    private static List<Object> read(byte[] input, int step) {
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder(EXTRAS_BYTES));
        List<Object> found = new ArrayList<>();
        try {
            for (int at = 1; at < input.length; at += step) {
                channel.writeInbound(
                        Unpooled.wrappedBuffer(Arrays.copyOfRange(input, at, Math.min(input.length, at + step))));
                take(channel, found);
            }
            channel.finish();
            take(channel, found);
        } catch (DecoderException e) {
            channel.finishAndReleaseAll();
            return List.of("refused");
        }
        return found;
    }

    /** Keeps what headers say; the bytes behind them are cut as they came. */
    private static void take(EmbeddedChannel channel, List<Object> found) {
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HAProxyMessage header) {
                found.add(header.command());
                ProxiedAddresses addresses = ProxiedAddresses.of(header);
                if (addresses != null) {
                    InetSocketAddress client = addresses.client().toSocketAddress();
                    assertThat(client.isUnresolved()).isFalse();
                    found.add(addresses);
                }
            }
            ReferenceCountUtil.release(message);
        }
    }
}
