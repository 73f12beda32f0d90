package dev.postern.app.run;

import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.stun.IpAddress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says why an address cannot be listened on, and which key to change to what. */
final class BindSentence {

    private static final int FIRST_FREE_PORT = 1024;
    private static final int HIGHEST_PORT = 65535;

    private final Settings settings;
    private final Host host;

    BindSentence(Settings settings, Host host) {
        this.settings = settings;
        this.host = host;
    }

    /**
     * One sentence.
     *
     * @param key the key that names the address
     * @param shown the address as it was tried: {@code udp://127.0.0.1:3478}
     * @param port its port
     * @param cause what the operating system said
     */
    String of(Key<?> key, String shown, int port, Throwable cause) {
        String origin = settings.origin(key);
        String where = key.name() + " names " + shown + (origin == null ? "" : " (" + origin + ")");
        String reason = deepest(cause).toLowerCase(Locale.ROOT);
        if (reason.contains("address already in use") || reason.contains("in use")) {
            return where + ", and that port is in use: stop the program that holds it, or use another port: --set "
                    + key.name() + "=" + withOtherPort(key, port);
        }
        if (reason.contains("cannot assign")) {
            return where + ", and this host has no such address: use one of " + ownAddresses() + ".";
        }
        if (reason.contains("permission denied") && port < FIRST_FREE_PORT) {
            return where + ", and a port below " + FIRST_FREE_PORT
                    + " takes a privilege that this process does not have: use" + " another port: --set " + key.name()
                    + "=" + withOtherPort(key, port);
        }
        return where + ", and it cannot be listened on (" + deepest(cause) + "): change " + key.name() + ".";
    }

    /** The same for a port of the relay that all allocations share. */
    String ofSharedPort(String shown, Throwable cause) {
        return Keys.TURN_SHARED_PORTS.name() + " takes the lowest of " + Keys.TURN_RELAY_PORTS.name() + ", and " + shown
                + " cannot be bound (" + deepest(cause) + "): change " + Keys.TURN_RELAY_PORTS.name() + ".";
    }

    /** The key's whole value with this port replaced, as it can be typed. */
    private String withOtherPort(Key<?> key, int port) {
        Object value = settings.find(key);
        List<?> items = value instanceof List<?> list ? list : List.of(String.valueOf(value));
        String old = ":" + port;
        return items.stream()
                .map(String::valueOf)
                .map(item ->
                        item.endsWith(old) ? item.substring(0, item.length() - old.length()) + ":" + other(port) : item)
                .collect(Collectors.joining(","));
    }

    private static int other(int port) {
        int above = port < FIRST_FREE_PORT ? port + 8000 : port + 1;
        return above > HIGHEST_PORT ? port - 1 : above;
    }

    private String ownAddresses() {
        return host.addresses().stream().map(IpAddress::toString).limit(8).collect(Collectors.joining(", "));
    }

    private static String deepest(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
