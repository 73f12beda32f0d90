package dev.postern.natsim.tester;

import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.natsim.portmap.HttpUrl;
import dev.postern.natsim.portmap.IgdService;
import dev.postern.natsim.portmap.SoapAnswer;
import dev.postern.natsim.portmap.SoapCall;
import dev.postern.natsim.portmap.Ssdp;
import dev.postern.natsim.portmap.XmlElement;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A control point for the UPnP service of one gateway: searches for it, reads its description, calls it. Answers of others than the
 * gateway do not count, and nothing is fetched from another address than its own, whatever it says.
 */
final class IgdClient {

    private static final long SEARCH_AGAIN_NANOS = Bench.SECOND;
    private static final int SEARCHES = 2;

    /** Where its service is. */
    private record Place(HttpUrl control, IgdService service) {}

    private final Bench bench;
    private final HttpAsker http;
    private final ProbeSocket socket;
    private final IpAddress gateway;
    private @Nullable Place place;

    /** {@code socket} is who searches. */
    IgdClient(Bench bench, ProbeSocket socket, IpAddress gateway) {
        this.bench = bench;
        this.http = new HttpAsker(bench);
        this.socket = socket;
        this.gateway = gateway;
    }

    /**
     * Looks for the service.
     *
     * @param then given the version of the device, or 0 and why there is none, for a person
     */
    void find(BiConsumer<Integer, String> then) {
        new Search(found -> {
                    if (found == null) {
                        then.accept(0, "no answer");
                    } else {
                        describe(found, then);
                    }
                })
                .begin();
    }

    /** Asks all who listen, and the gateway by itself, where the group is not passed on. */
    private final class Search {

        private final Consumer<Ssdp.@Nullable Found> then;
        private int sent;
        private boolean done;

        Search(Consumer<Ssdp.@Nullable Found> then) {
            this.then = then;
        }

        void begin() {
            bench.expectFromHost(socket, gateway, this::onDatagram);
            send();
        }

        private void send() {
            if (done) {
                return;
            }
            if (sent == SEARCHES) {
                end(null);
                return;
            }
            for (String target : Ssdp.GATEWAYS) {
                socket.send(Ssdp.GROUP, Ssdp.search(target));
                socket.send(TransportAddress.of(gateway, Ssdp.GROUP.port()), Ssdp.search(target));
            }
            sent++;
            bench.after(SEARCH_AGAIN_NANOS + SEARCH_AGAIN_NANOS / 2, this::send);
        }

        private void onDatagram(ByteBuffer data) {
            Ssdp.Found found = done ? null : Ssdp.found(data);
            if (found != null) {
                end(found);
            }
        }

        private void end(Ssdp.@Nullable Found found) {
            done = true;
            then.accept(found);
        }
    }

    /** The gateway's own URL that a text is; null if it is none. */
    private @Nullable HttpUrl own(@Nullable HttpUrl url) {
        return url != null && url.at().ip().equals(gateway) ? url : null;
    }

    private void describe(Ssdp.Found found, BiConsumer<Integer, String> then) {
        HttpUrl location = own(HttpUrl.parse(found.location()));
        if (location == null) {
            then.accept(
                    0,
                    "its description is said to be at " + shown(found.location())
                            + ", which is not the router and not fetched");
            return;
        }
        HttpMessage request =
                HttpMessage.request("GET", location.path(), location.at().toString(), Map.of(), "");
        http.ask(location.at(), request, reply -> {
            HttpMessage response = reply.response();
            boolean usable = response != null && response.status() == HttpMessage.OK;
            if (response == null || !usable) {
                then.accept(
                        0, "no description: " + (response == null ? reply.trouble() : "status " + response.status()));
                return;
            }
            XmlElement description = XmlElement.parse(response.body());
            IgdService service = description == null ? null : IgdService.find(description);
            if (service == null) {
                then.accept(
                        0,
                        description == null
                                ? "its description is no plain XML"
                                : "its description has no service that maps ports");
                return;
            }
            place(location, service, then);
        });
    }

    private void place(HttpUrl location, IgdService service, BiConsumer<Integer, String> then) {
        HttpUrl base = service.base().isEmpty() ? location : HttpUrl.parse(service.base());
        HttpUrl control = own(base == null ? null : base.resolve(service.controlUrl()));
        if (control == null) {
            then.accept(
                    0,
                    "its service is said to be at " + shown(service.base() + service.controlUrl())
                            + ", which is not the router and not called");
            return;
        }
        place = new Place(control, service);
        then.accept(service.version(), "");
    }

    /** What a router says, printable and short. */
    static String shown(String text) {
        String clean = text.replaceAll("[^ -~]", "?");
        return clean.length() <= 80 ? clean : clean.substring(0, 80) + "...";
    }

    /**
     * Calls the service that was found.
     *
     * @param then given the answer, or null and why there is none, for a person
     */
    void call(String action, Map<String, String> arguments, BiConsumer<@Nullable SoapAnswer, String> then) {
        Place at = place;
        if (at == null) {
            then.accept(null, "no service");
            return;
        }
        SoapCall call = new SoapCall(at.service().type(), action, arguments);
        http.ask(at.control().at(), call.encode(at.control()), reply -> {
            HttpMessage response = reply.response();
            SoapAnswer answer = response == null ? null : SoapAnswer.decode(call, response);
            String trouble = response == null ? reply.trouble() : "status " + response.status() + " without an answer";
            then.accept(answer, answer == null ? trouble : "");
        });
    }
}
