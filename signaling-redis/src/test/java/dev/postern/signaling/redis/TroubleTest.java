package dev.postern.signaling.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TroubleTest {

    private static final RedisURI URI_WITH_PASSWORD = RedisURI.create("redis://ann:hunter2@redis.example:6380/3");

    private record Case(Throwable cause, String sentence) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        new ConnectException("Connection refused"),
                        "Nothing answers for Redis at redis.example:6380 (Connection refused)."),
                new Case(new UnknownHostException("redis.example"), "The host of Redis, redis.example, is not known."),
                new Case(
                        new RedisCommandTimeoutException("3 s"),
                        "Redis at redis.example:6380 does not answer in time."),
                new Case(
                        new RedisCommandExecutionException("WRONGPASS invalid username-password pair"),
                        "Redis at redis.example:6380 does not accept the password of the URL, or wants one."),
                new Case(
                        new RedisCommandExecutionException("OOM command not allowed when used memory > 'maxmemory'."),
                        "Redis at redis.example:6380 refuses what is needed (OOM command not allowed when used memory"
                                + " > 'maxmemory'.)."),
                new Case(
                        new SSLHandshakeException("unable to find valid certification path"),
                        "TLS with Redis at redis.example:6380 fails (unable to find valid certification path)."));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aFailureIsOneSentence(Case that) {
        Throwable wrapped = new CompletionException(
                new RedisConnectionException("Unable to connect to " + URI_WITH_PASSWORD, that.cause()));
        assertThat(Trouble.sentence(URI_WITH_PASSWORD, wrapped))
                .isEqualTo(that.sentence())
                .doesNotContain("hunter2", "ann");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h:1", "redis-sentinel://:hunter2@h:1", "redis:h", "redis://:hunter2@h:1/x"})
    void aUrlThatIsNotRedisIsRefusedWithoutItsPassword(String url) {
        assertThatThrownBy(() -> RedisBackplane.at(URI.create(url), "postern"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not redis://")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aUrlWithEverythingIsTaken() {
        RedisBackplane.at(URI.create("rediss://ann:hunter2@redis.example:6380/3"), "postern")
                .close();
    }
}
