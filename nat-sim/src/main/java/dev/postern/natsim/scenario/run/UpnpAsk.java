package dev.postern.natsim.scenario.run;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpEnd;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.natsim.portmap.HttpReader;
import dev.postern.natsim.portmap.HttpUrl;
import dev.postern.natsim.portmap.IgdService;
import dev.postern.natsim.portmap.SoapAnswer;
import dev.postern.natsim.portmap.SoapCall;
import dev.postern.natsim.portmap.Ssdp;
import dev.postern.natsim.portmap.XmlElement;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A port by UPnP IGD: searches at the router, reads its description, asks for its address and the port, and how long the port was
 * granted for; each over a TCP connection of its own.
 */
final class UpnpAsk extends PortAsk {

    private static final String EXTERNAL_PORT = "NewExternalPort";

    /** Where the service is called, and by which name. */
    private record Control(HttpUrl url, String service) {}

    private final Host host;
    private boolean found;

    UpnpAsk(VirtualNet net, Parcel parcel, Scenario.PortWish wish, Host host, IpAddress gateway) {
        super(net, parcel, wish, host, TransportAddress.of(gateway, Ssdp.GROUP.port()));
        this.host = host;
    }

    @Override
    ByteBuffer request() {
        return Ssdp.search(Ssdp.GATEWAYS.get(0));
    }

    @Override
    public void onDatagram(long nowNanos, TransportAddress from, ByteBuffer data) {
        Ssdp.Found answer = found ? null : Ssdp.found(data);
        HttpUrl location = answer == null ? null : HttpUrl.parse(answer.location());
        if (location == null || !location.at().ip().equals(from.ip())) {
            return;
        }
        found = true;
        HttpMessage get =
                HttpMessage.request("GET", location.path(), location.at().toString(), Map.of(), "");
        http(location.at(), get, response -> {
            XmlElement description = XmlElement.parse(response.body());
            IgdService service = description == null ? null : IgdService.find(description);
            HttpUrl control = service == null ? null : location.resolve(service.controlUrl());
            if (service == null || control == null) {
                refused("without a service");
            } else if (wish().isOver()) {
                giveUp(new Control(control, service.type()));
            } else {
                askForAddress(new Control(control, service.type()));
            }
        });
    }

    private void askForAddress(Control control) {
        call(control, "GetExternalIPAddress", Map.of(), answer -> {
            IpAddress external = IpAddress.parse(answer.value("NewExternalIPAddress"));
            askForPort(control, TransportAddress.of(external, port()));
        });
    }

    private Map<String, String> entry() {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("NewRemoteHost", "");
        arguments.put(EXTERNAL_PORT, Integer.toString(port()));
        arguments.put("NewProtocol", wish().protocol() == IpProtocol.TCP ? "TCP" : "UDP");
        return arguments;
    }

    private void askForPort(Control control, TransportAddress mapped) {
        Map<String, String> arguments = entry();
        arguments.put("NewInternalPort", Integer.toString(port()));
        arguments.put("NewInternalClient", local().toString());
        arguments.put("NewEnabled", "1");
        arguments.put("NewPortMappingDescription", "");
        arguments.put("NewLeaseDuration", Long.toString(wish().lifetime().toSeconds()));
        call(
                control,
                "AddPortMapping",
                arguments,
                added -> call(
                        control,
                        "GetSpecificPortMappingEntry",
                        entry(),
                        listed -> granted(mapped, Long.parseLong(listed.value("NewLeaseDuration")))));
    }

    private void giveUp(Control control) {
        call(control, "DeletePortMapping", entry(), answer -> granted(null, 0));
    }

    private void call(Control control, String action, Map<String, String> arguments, Consumer<SoapAnswer> then) {
        SoapCall call = new SoapCall(control.service(), action, arguments);
        http(control.url().at(), call.encode(control.url()), response -> {
            SoapAnswer answer = SoapAnswer.decode(call, response);
            if (answer == null) {
                refused("status " + response.status());
            } else if (answer.isSuccess()) {
                then.accept(answer);
            } else {
                refused("error " + answer.error() + " " + answer.description());
            }
        });
    }

    private void http(TransportAddress at, HttpMessage request, Consumer<HttpMessage> then) {
        HttpReader reader = new HttpReader();
        host.connect(0, at, new TcpHandler() {
            private boolean answered;

            @Override
            public void onConnected(TcpConnection connection) {
                connection.send(request.encode());
            }

            @Override
            public void onData(TcpConnection connection, ByteBuffer data) {
                reader.onData(data);
                HttpMessage response = answered ? null : reader.message();
                if (response != null) {
                    answered = true;
                    connection.close();
                    then.accept(response);
                }
            }

            @Override
            public void onClosed(TcpConnection connection, TcpEnd end) {
                if (!answered) {
                    refused("gets no answer over TCP");
                }
            }
        });
    }
}
