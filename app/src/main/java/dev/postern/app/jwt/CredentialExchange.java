package dev.postern.app.jwt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.credentials.CredentialMint.Minted;
import dev.postern.app.credentials.OpenRooms;
import dev.postern.app.jwt.TokenVerifier.Verdict;
import dev.postern.signaling.PostEndpoint;
import dev.postern.stun.IpAddress;
import dev.postern.stun.time.SourceLimiter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /turn-credentials} with a token in {@code Authorization: Bearer}: a credential that the relay accepts, valid no
 * longer than the token. Whatever is wrong with a token is answered alike. Any thread.
 */
public final class CredentialExchange implements PostEndpoint {

    /** Where it is served. */
    public static final String PATH = "/turn-credentials";

    static final int PER_SECOND = 50;
    static final int BURST = 200;

    private static final String SCHEME = "bearer ";
    private static final Answer BUSY = new Answer(429, "{\"error\":\"too many requests\"}", Map.of("Retry-After", "1"));
    private static final Answer NO_TOKEN =
            new Answer(401, "{\"error\":\"a bearer token is needed\"}", Map.of("WWW-Authenticate", "Bearer"));
    private static final Answer REFUSED = new Answer(
            401,
            "{\"error\":\"the token is not accepted\"}",
            Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""));
    private static final Answer UNAVAILABLE =
            new Answer(503, "{\"error\":\"tokens cannot be checked now\"}", Map.of("Retry-After", "5"));

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TokenVerifier verifier;
    private final CredentialMint mint;
    private final OpenRooms rooms;
    private final Supplier<List<String>> turnUrls;
    private final Duration longest;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final SourceLimiter limiter;

    /**
     * @param turnUrls what a browser is told
     * @param longest how long a credential is valid at most
     * @param seed of the limiter: a number that clients cannot know
     */
    CredentialExchange(
            TokenVerifier verifier,
            CredentialMint mint,
            OpenRooms rooms,
            Supplier<List<String>> turnUrls,
            Duration longest,
            InstantSource clock,
            LongSupplier nanoClock,
            long seed) {
        this.verifier = verifier;
        this.mint = mint;
        this.rooms = rooms;
        this.turnUrls = turnUrls;
        this.longest = longest;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.limiter = new SourceLimiter(PER_SECOND, BURST, seed);
    }

    @Override
    public CompletionStage<Answer> post(Question question) {
        if (!admits(IpAddress.of(question.source()))) {
            return CompletableFuture.completedFuture(BUSY);
        }
        String header = question.authorization();
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return CompletableFuture.completedFuture(NO_TOKEN);
        }
        return verifier.verify(header.substring(SCHEME.length()).strip()).thenApply(this::answer);
    }

    private boolean admits(IpAddress source) {
        synchronized (limiter) {
            return limiter.tryAcquire(nanoClock.getAsLong(), source);
        }
    }

    private Answer answer(Verdict verdict) {
        if (verdict instanceof Verdict.Accepted accepted) {
            return credential(accepted);
        }
        return verdict instanceof Verdict.Refused ? REFUSED : UNAVAILABLE;
    }

    private Answer credential(Verdict.Accepted accepted) {
        long left = accepted.expiresAtSeconds() - clock.instant().getEpochSecond();
        Duration validity = left < longest.toSeconds() ? Duration.ofSeconds(left) : longest;
        if (validity.toSeconds() < 1) { // in the tolerance behind its end a token is still one, but buys nothing
            return REFUSED;
        }
        try {
            return new Answer(
                    200, json(mint.mint(accepted.user(), idOf(accepted.room()), validity), validity), Map.of());
        } catch (IllegalArgumentException e) { // a user whose name looks like a room's tag
            return REFUSED;
        }
    }

    private @Nullable String idOf(@Nullable String room) {
        return room == null ? null : rooms.idOf(room);
    }

    private String json(Minted minted, Duration validity) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("username", minted.username());
        body.put("password", minted.password());
        body.put("ttl", validity.toSeconds());
        body.put("uris", turnUrls.get());
        try {
            return MAPPER.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text is always written", e);
        }
    }
}
