package dev.postern.natsim.tester;

import dev.postern.natsim.portmap.SoapAnswer;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ports by UPnP IGD. A gateway that gives them for ever alone is not asked for one: what cannot be given back would stay.
 */
final class IgdOffer implements PortOffer {

    private static final int TRIES = 3;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 40_000;
    private static final int ANY_PORT_VERSION = 2;
    private static final String EXTERNAL_PORT = "NewExternalPort";

    private final Bench bench;
    private final IgdClient client;
    private final int version;
    private final @Nullable IpAddress external;
    /** The external port that may be ours; 0 for none. */
    private int asked;
    /** Whether it is, by the gateway's word. */
    private boolean granted;

    /**
     * Ports of a gateway that was found to give some.
     *
     * @param version of the device, 1 or 2
     * @param external what it calls its own address; null if it did not say
     */
    IgdOffer(Bench bench, IgdClient client, int version, @Nullable IpAddress external) {
        this.bench = bench;
        this.client = client;
        this.version = version;
        this.external = external;
    }

    @Override
    public void map(ProbeSocket socket, long lifetimeSeconds, Consumer<Grant> then) {
        add(socket, lifetimeSeconds, socket.local().port(), 1, then);
    }

    private void add(ProbeSocket socket, long lifetimeSeconds, int port, int attempt, Consumer<Grant> then) {
        boolean any = version >= ANY_PORT_VERSION;
        Map<String, String> arguments = entry(port);
        arguments.put("NewInternalPort", Integer.toString(socket.local().port()));
        arguments.put("NewInternalClient", socket.local().ip().toString());
        arguments.put("NewEnabled", "1");
        arguments.put("NewPortMappingDescription", "postern nat-test");
        arguments.put("NewLeaseDuration", Long.toString(lifetimeSeconds));
        asked = port;
        client.call(any ? "AddAnyPortMapping" : "AddPortMapping", arguments, (answer, trouble) -> {
            if (answer == null) {
                then.accept(Grant.refused("UPnP IGD, " + trouble));
            } else if (answer.error() == SoapAnswer.CONFLICT && attempt < TRIES) {
                asked = 0;
                int other = FIRST_PORT + bench.random().nextInt(PORTS);
                add(socket, lifetimeSeconds, other, attempt + 1, then);
            } else if (!answer.isSuccess()) {
                asked = 0;
                then.accept(Grant.refused("UPnP IGD, error " + answer.error() + " " + answer.description()));
            } else {
                asked = any ? port(answer.value("NewReservedPort")) : port;
                granted = true;
                lease(lifetimeSeconds, then);
            }
        });
    }

    private static Map<String, String> entry(int port) {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("NewRemoteHost", "");
        arguments.put(EXTERNAL_PORT, Integer.toString(port));
        arguments.put("NewProtocol", "UDP");
        return arguments;
    }

    /** 1 to 65535; 0 for none. */
    private static int port(String text) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        return port <= 65_535 ? port : 0;
    }

    /** The gateway does not say for how long with the grant, but where the mapping is listed. */
    private void lease(long lifetimeSeconds, Consumer<Grant> then) {
        int port = asked;
        if (port == 0 || external == null) {
            then.accept(Grant.refused("UPnP IGD, granted, but "
                    + (port == 0 ? "no port is named" : "the gateway's address is not known")));
            return;
        }
        client.call("GetSpecificPortMappingEntry", entry(port), (answer, trouble) -> {
            String told = answer == null ? "" : answer.value("NewLeaseDuration");
            boolean known = told.matches("[0-9]{1,10}");
            long seconds = known ? Long.parseLong(told) : lifetimeSeconds;
            String words = !known ? " is not told" : seconds == 0 ? " has no end" : " is " + seconds + " s";
            TransportAddress mapped = TransportAddress.of(external, port);
            then.accept(new Grant(mapped, seconds, "UPnP IGD, " + mapped + ", whose lease" + words));
        });
    }

    @Override
    public void giveUp(ProbeSocket socket, Consumer<String> then) {
        if (asked == 0) {
            then.accept("nothing");
        } else if (granted) {
            delete(1, then);
        } else {
            deleteOwn(socket, then);
        }
    }

    /** The gateway has not said whether it gave the port, which may be somebody else's. */
    private void deleteOwn(ProbeSocket socket, Consumer<String> then) {
        client.call("GetSpecificPortMappingEntry", entry(asked), (answer, trouble) -> {
            String whose = answer == null ? "" : answer.value("NewInternalClient");
            if (whose.equals(socket.local().ip().toString())) {
                delete(1, then);
            } else {
                then.accept("nothing, as the port is not this machine's");
            }
        });
    }

    private void delete(int attempt, Consumer<String> then) {
        client.call("DeletePortMapping", entry(asked), (answer, trouble) -> {
            if (answer == null && attempt < TRIES) {
                delete(attempt + 1, then);
            } else if (answer == null) {
                then.accept("UPnP IGD, " + trouble);
            } else {
                then.accept(
                        answer.isSuccess()
                                ? "UPnP IGD"
                                : "UPnP IGD, error " + answer.error() + " " + answer.description());
            }
        });
    }
}
