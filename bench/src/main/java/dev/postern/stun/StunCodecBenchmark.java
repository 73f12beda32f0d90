package dev.postern.stun;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One Binding request decoded, and its answer encoded. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StunCodecBenchmark {

    private final StunMessage message = new StunMessage();
    private final StunEncoder encoder = new StunEncoder();
    private final ByteBuffer request = ByteBuffer.allocateDirect(128);
    private final ByteBuffer response = ByteBuffer.allocateDirect(128);
    private final TransportAddress client = TransportAddress.parse("192.0.2.1:50000");

    @Setup
    public void encodeRequest() {
        TransactionId id = TransactionId.of(ByteBuffer.allocate(12).putInt(0, 1).putLong(4, 2), 0);
        encoder.begin(request, MessageClass.REQUEST, Method.BINDING, id)
                .fingerprint()
                .finish();
    }

    @Benchmark
    public DecodeResult decode() {
        return message.decode(request);
    }

    @Benchmark
    public ByteBuffer decodeAndAnswer() {
        message.decode(request);
        response.clear();
        return encoder.respond(response, message, MessageClass.SUCCESS_RESPONSE)
                .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, client)
                .fingerprint()
                .finish();
    }

    @Benchmark
    public boolean fingerprint() {
        message.decode(request);
        return Fingerprint.matches(message);
    }
}
