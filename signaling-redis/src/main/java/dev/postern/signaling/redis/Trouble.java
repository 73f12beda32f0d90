package dev.postern.signaling.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What is wrong with Redis as one sentence, in which neither a user nor a password stands. */
final class Trouble {

    private static final int LONGEST_WORDS = 200;

    private Trouble() {}

    static String sentence(RedisURI uri, Throwable failure) {
        String place = uri.getHost() + ":" + uri.getPort();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException) {
                return refused(place, words(cause));
            } else if (cause instanceof SSLException) {
                return "TLS with Redis at " + place + " fails (" + words(cause) + ").";
            } else if (cause instanceof UnknownHostException) {
                return "The host of Redis, " + uri.getHost() + ", is not known.";
            } else if (cause instanceof ConnectException) {
                return "Nothing answers for Redis at " + place + " (" + words(cause) + ").";
            } else if (cause instanceof RedisCommandTimeoutException || cause instanceof TimeoutException) {
                return "Redis at " + place + " does not answer in time.";
            }
        }
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last instanceof CancellationException
                ? lost(uri)
                : "Redis at " + place + " cannot be used (" + words(last) + ").";
    }

    /** The connection ended. */
    static String lost(RedisURI uri) {
        return "The connection with Redis at " + uri.getHost() + ":" + uri.getPort() + " was lost.";
    }

    private static String refused(String place, String words) {
        String first = words.split(" ", 2)[0].toUpperCase(Locale.ROOT);
        return switch (first) {
            case "WRONGPASS", "NOAUTH" ->
                "Redis at " + place + " does not accept the password of the URL, or wants one.";
            case "NOPERM" ->
                "Redis at " + place + " does not let the user of the URL do what is needed (" + words + ").";
            default -> "Redis at " + place + " refuses what is needed (" + words + ").";
        };
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        String line = message == null || message.isBlank()
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
        return line.length() > LONGEST_WORDS ? line.substring(0, LONGEST_WORDS) : line;
    }
}
