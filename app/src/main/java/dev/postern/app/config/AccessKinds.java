package dev.postern.app.config;

import dev.postern.stun.IpAddress;
import dev.postern.stun.auth.SharedSecretCredentials;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kinds of value of {@link AccessKeys}. */
final class AccessKinds {

    private static final int MAX_CLAIM_CHARACTERS = 255;
    private static final Pattern TOKEN_TEXT = Pattern.compile("[!-~]{16,256}");
    private static final Pattern DURATION_TEXT = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final int MIN_API_KEY_BYTES = 32; // RFC 7518 section 3.2: as long as the hash
    private static final List<String> SIGNATURES = List.of("RS256", "PS256", "ES256", "EdDSA");
    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern IPV4_TEXT = Pattern.compile("[0-9.]+");

    /** Base64 and hexadecimal have no comma, so that several fit into one variable of the environment. */
    static final Kind<List<String>> SECRETS = new Kind<>("list of secrets", true, true, AccessKinds::secrets);

    static final Kind<String> TOKEN = Kind.secret("token", AccessKinds::token);
    static final Kind<String> CLAIM = Kind.one("text", AccessKinds::claim);
    static final Kind<URI> BACKEND = Kind.one("https:// URL", AccessKinds::backend);
    static final Kind<AuthMode> AUTH = Kind.one("anonymous or jwt", AccessKinds::authMode);
    static final Kind<String> API_KEY = Kind.secret("secret", AccessKinds::apiKey);
    static final Kind<List<String>> ALGORITHMS =
            Kind.list("list of " + String.join(", ", SIGNATURES), AccessKinds::algorithm);
    static final Kind<List<String>> ROOMS = Kind.list("list of rooms", AccessKinds::claim);
    static final Kind<Path> FILE = Kind.one("file", AccessKinds::file);

    private AccessKinds() {}

    static Kind<Duration> duration(Duration least, Duration most) {
        return Kind.one("duration", text -> duration(text, least, most));
    }

    private static List<String> secrets(List<String> items) throws BadValueException {
        List<String> secrets = new ArrayList<>();
        for (String item : items) {
            String secret = Kinds.secret(item);
            if (secrets.contains(secret)) {
                throw new BadValueException(item, "one of them stands there twice, so leave one out");
            }
            secrets.add(secret);
        }
        if (secrets.size() > SharedSecretCredentials.MAX_SECRETS) {
            throw new BadValueException("", "write at most " + SharedSecretCredentials.MAX_SECRETS + " secrets");
        }
        return List.copyOf(secrets);
    }

    private static String token(String text) throws BadValueException {
        if (!TOKEN_TEXT.matcher(text).matches()) {
            throw new BadValueException(text, "write 16 to 256 visible ASCII characters without spaces");
        }
        return text;
    }

    private static String claim(String text) throws BadValueException {
        boolean printable = text.chars().noneMatch(Character::isISOControl);
        if (text.isBlank() || text.length() > MAX_CLAIM_CHARACTERS || !printable) {
            throw new BadValueException(
                    text, "write 1 to " + MAX_CLAIM_CHARACTERS + " characters and no control characters");
        }
        return text;
    }

    private static AuthMode authMode(String text) throws BadValueException {
        for (AuthMode mode : AuthMode.values()) {
            if (mode.toString().equals(text)) {
                return mode;
            }
        }
        throw new BadValueException(text, "write anonymous or jwt");
    }

    private static String apiKey(String text) throws BadValueException {
        if (Kinds.secret(text).getBytes(StandardCharsets.UTF_8).length < MIN_API_KEY_BYTES) {
            throw new BadValueException(
                    text,
                    "write at least " + MIN_API_KEY_BYTES + " characters, as `openssl rand -base64 32` makes them");
        }
        return text;
    }

    /** The NAME of {@code signaling.api-keys.NAME}: what stands in tokens as their key id. */
    static boolean isKeyName(String name) {
        return KEY_NAME.matcher(name).matches();
    }

    private static String algorithm(String text) throws BadValueException {
        if (!SIGNATURES.contains(text)) {
            throw new BadValueException(text, "write " + String.join(", ", SIGNATURES) + " or some of them");
        }
        return text;
    }

    private static Path file(String text) throws BadValueException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new BadValueException(text, "write the path of a file");
        }
    }

    private static Duration duration(String text, Duration least, Duration most) throws BadValueException {
        Matcher matcher = DURATION_TEXT.matcher(text);
        Duration value = matcher.matches() ? duration(Long.parseLong(matcher.group(1)), matcher.group(2)) : null;
        if (value == null || value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new BadValueException(
                    text, "write a number and ms, s, m, h or d, from " + shown(least) + " to " + shown(most));
        }
        return value;
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** As a person would write it. */
    static String shown(Duration duration) {
        return duration.toSeconds() == 0 ? duration.toMillis() + "ms" : duration.toSeconds() + "s";
    }

    /** A service that secrets are sent to: by TLS, or on this machine. A user or password in the URL would be shown. */
    private static URI backend(String text) throws BadValueException {
        String advice = "write https://host/path, or http:// and a loopback address, without a user and a #fragment";
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean secure = scheme.equals("https") || (scheme.equals("http") && isLoopback(uri.getHost()));
            boolean whole = uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null;
            if (secure && whole) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new BadValueException(text, advice);
        }
        throw new BadValueException(text, advice);
    }

    private static boolean isLoopback(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (bare.equals("localhost")) {
            return true;
        }
        boolean literal = bare.indexOf(':') >= 0 || IPV4_TEXT.matcher(bare).matches();
        try {
            return literal && IpAddress.parse(bare).toInetAddress().isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
