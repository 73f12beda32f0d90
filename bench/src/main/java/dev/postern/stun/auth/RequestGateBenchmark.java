package dev.postern.stun.auth;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
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

/** A Refresh request with right credentials, decoded and let through: what an authenticated request costs before anything is done for it. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestGateBenchmark {

    private static final String REALM = "example.org";
    private static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.1:5000");
    private static final long NOW_NANOS = 5_000_000_000_000L;

    private final CredentialStore store = StaticCredentials.of(REALM, Map.of("ann", "secret"));
    private final NonceMint nonces = new NonceMint(
            "0123456789abcdef".getBytes(StandardCharsets.UTF_8), NonceMint.MAX_AGE, RequestGate.features(store));
    private final RequestGate gate = new RequestGate(
            store,
            nonces,
            InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L)),
            type -> type == AttributeType.LIFETIME);
    private final StunMessage message = new StunMessage();
    private final ByteBuffer request = ByteBuffer.allocateDirect(512);

    @Setup
    public void signRequest() {
        StunEncoder encoder = new StunEncoder();
        encoder.begin(request, MessageClass.REQUEST, Method.REFRESH, TransactionId.of(1, 2))
                .u32(AttributeType.LIFETIME, 600)
                .text(AttributeType.USERNAME, "ann")
                .text(AttributeType.REALM, REALM);
        nonces.append(encoder, NOW_NANOS, CLIENT);
        LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, "ann", REALM, "secret");
        new Integrity().sign(encoder, IntegrityAlgorithm.SHA1, key).finish();
        if (!(check() instanceof GateResult.Authenticated)) {
            throw new IllegalStateException("the request does not pass, so its cost would be another one");
        }
    }

    @Benchmark
    public GateResult check() {
        message.decode(request);
        return gate.check(NOW_NANOS, CLIENT, message);
    }
}
