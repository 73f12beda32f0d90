package dev.postern.natsim.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches, descriptions and calls of UPnP IGD, written out as routers and control points send them. */
class UpnpMessagesTest {

    private static final String CONNECTION = "urn:schemas-upnp-org:service:WANIPConnection:1";

    private static ByteBuffer datagram(String text) {
        return ByteBuffer.wrap(text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void searchIsForOneKindOfDevice() {
        String target = Ssdp.GATEWAYS.get(0);
        assertThat(Ssdp.searched(Ssdp.search(target))).isEqualTo(target);
        assertThat(StandardCharsets.US_ASCII.decode(Ssdp.search(target)).toString())
                .startsWith("M-SEARCH * HTTP/1.1\r\n")
                .contains("HOST: 239.255.255.250:1900\r\n", "MAN: \"ssdp:discover\"\r\n", "MX: 1\r\n")
                .endsWith("\r\n\r\n");
        assertThat(Ssdp.searched(datagram("NOTIFY * HTTP/1.1\nST: " + target + "\n\n")))
                .isNull();
        assertThat(Ssdp.searched(datagram("M-SEARCH * HTTP/1.1\nST: " + target + "\n\n")))
                .isNull();
    }

    @Test
    void answerOfAGatewaySaysWhereItsDescriptionIs() {
        ByteBuffer answer = datagram("""
                HTTP/1.1 200 OK
                CACHE-CONTROL: max-age=120
                ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1
                USN: uuid:0::urn:schemas-upnp-org:device:InternetGatewayDevice:1
                EXT:
                SERVER: Debian/12 UPnP/1.1 MiniUPnPd/2.3.1
                LOCATION: http://192.168.1.1:5000/rootDesc.xml

                """);
        assertThat(Ssdp.found(answer))
                .isEqualTo(new Ssdp.Found("http://192.168.1.1:5000/rootDesc.xml", Ssdp.GATEWAYS.get(0)));
        ByteBuffer own = Ssdp.found("http://10.0.0.1:5000/d", Ssdp.GATEWAYS.get(1), "u");
        assertThat(Ssdp.found(own)).isEqualTo(new Ssdp.Found("http://10.0.0.1:5000/d", Ssdp.GATEWAYS.get(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nST: upnp:rootdevice\nLOCATION: http://192.168.1.9/tv.xml\n\n",
                "HTTP/1.1 404 None\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\nLOCATION: http://192.168.1.1/\n\n",
                "HTTP/1.1 200 OK\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\n\n",
                "hello",
                ""
            })
    void otherDevicesAndNoiseAreNone(String text) {
        assertThat(Ssdp.found(datagram(text))).isNull();
    }

    @Test
    void answerThatIsTooLongIsNone() {
        String location = "http://192.168.1.1/" + "x".repeat(500);
        assertThat(Ssdp.found(Ssdp.found(location, Ssdp.GATEWAYS.get(0), "u"))).isNull();
        assertThat(Ssdp.found(ByteBuffer.allocate(60_000))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "http://192.168.1.1:5000/rootDesc.xml, http://192.168.1.1:5000/rootDesc.xml",
                "HTTP://192.168.1.1, http://192.168.1.1:80/",
                "https://192.168.1.1/, none",
                "file:///etc/passwd, none",
                "http://router.example/, none",
                "http://192.168.1.1@10.0.0.9/, none",
                "http://192.168.1.1:70000/, none",
                "http://192.168.1.1:0/, none",
                "http://999.168.1.1/, none",
                "http://[::1]/, none"
            })
    void urlIsOfAnAddress(String text, @Nullable String url) {
        HttpUrl parsed = HttpUrl.parse(text);
        assertThat(parsed == null ? null : parsed.toString()).isEqualTo(url);
    }

    @Test
    void referenceOfADescriptionIsResolved() {
        HttpUrl base = Objects.requireNonNull(HttpUrl.parse("http://192.168.1.1:5000/igd/root.xml"));
        assertThat(base.resolve("/ctl")).hasToString("http://192.168.1.1:5000/ctl");
        assertThat(base.resolve("ctl")).hasToString("http://192.168.1.1:5000/igd/ctl");
        assertThat(base.resolve("http://192.168.1.1:49152/ctl")).hasToString("http://192.168.1.1:49152/ctl");
        assertThat(base.resolve("/a b")).isNull();
        assertThat(base.resolve("/a\r\nX: y")).isNull();
        assertThat(base.resolve("gopher://192.168.1.1/")).isNull();
    }

    @Test
    void bestServiceOfADescriptionIsTaken() {
        XmlElement description = Objects.requireNonNull(XmlElement.parse("""
                <root xmlns="urn:schemas-upnp-org:device-1-0"><URLBase>http://192.168.1.1:80</URLBase><device>
                  <serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
                    <controlURL>/l3f</controlURL></service></serviceList>
                  <deviceList><device><deviceList><device><serviceList>
                    <service><serviceType>urn:schemas-upnp-org:service:WANPPPConnection:1</serviceType>
                      <controlURL>/ppp</controlURL></service>
                    <service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
                      <controlURL>/ip</controlURL></service>
                  </serviceList></device></deviceList></device></deviceList>
                </device></root>
                """));
        assertThat(IgdService.find(description)).isEqualTo(new IgdService(CONNECTION, "/ip", "http://192.168.1.1:80"));
        for (int version : new int[] {1, 2}) {
            String own = IgdService.description(version, "u", "/ctl");
            IgdService service = Objects.requireNonNull(IgdService.find(Objects.requireNonNull(XmlElement.parse(own))));
            assertThat(service.version()).isEqualTo(version);
            assertThat(service.controlUrl()).isEqualTo("/ctl");
        }
    }

    @Test
    void callAndAnswerAreReadAsTheyAreWritten() {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("NewExternalPort", "5000");
        arguments.put("NewPortMappingDescription", "<a & b>");
        SoapCall call = new SoapCall(CONNECTION, "AddPortMapping", arguments);
        HttpUrl control = Objects.requireNonNull(HttpUrl.parse("http://10.0.0.1:5000/ctl"));

        assertThat(SoapCall.decode(call.encode(control))).isEqualTo(call);
        SoapAnswer granted = call.answer(Map.of("NewReservedPort", "5001"));
        assertThat(SoapAnswer.decode(call, granted.encode())).isEqualTo(granted);
        SoapAnswer refused = call.refusal(718, "ConflictInMappingEntry");
        assertThat(SoapAnswer.decode(call, refused.encode())).isEqualTo(refused);
    }

    /** Of miniupnpd 2.3.1, as it sent them. */
    @Test
    void answersOfMiniupnpdAreRead() {
        String head = "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>";
        String foot = "</s:Body></s:Envelope>\r\n";
        SoapCall call = new SoapCall(CONNECTION, "AddPortMapping", Map.of());
        String added = head + "<u:AddPortMappingResponse xmlns:u=\"" + CONNECTION + "\"/>" + foot;
        assertThat(Objects.requireNonNull(SoapAnswer.decode(call, HttpMessage.response(200, added)))
                        .isSuccess())
                .isTrue();
        String fault = head
                + "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail><UPnPError"
                + " xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>718</errorCode>"
                + "<errorDescription>ConflictInMappingEntry</errorDescription></UPnPError></detail></s:Fault>" + foot;
        assertThat(SoapAnswer.decode(call, HttpMessage.response(500, fault)))
                .isEqualTo(call.refusal(SoapAnswer.CONFLICT, "ConflictInMappingEntry"));
    }

    @Test
    void answerToSomethingElseIsNone() {
        SoapCall call = new SoapCall(CONNECTION, "GetExternalIPAddress", Map.of());
        SoapCall other = new SoapCall(CONNECTION, "GetStatusInfo", Map.of());
        assertThat(SoapAnswer.decode(call, other.answer(Map.of()).encode())).isNull();
        assertThat(SoapAnswer.decode(call, HttpMessage.response(200, "<a/>"))).isNull();
        assertThat(SoapAnswer.decode(call, HttpMessage.response(200, ""))).isNull();
        String fault =
                "<Envelope><Body><Fault><detail><UPnPError><errorCode>x</errorCode></UPnPError></detail></Fault></Body></Envelope>";
        assertThat(SoapAnswer.decode(call, HttpMessage.response(500, fault))).isNull();
    }

    @Test
    void wordsOfARefusalAreShortAndPrintable() {
        SoapCall call = new SoapCall(CONNECTION, "GetExternalIPAddress", Map.of());
        SoapAnswer refused = Objects.requireNonNull(SoapAnswer.decode(
                call, call.refusal(501, "\u001b[2J" + "x".repeat(1000)).encode()));
        assertThat(refused.description()).startsWith("?[2Jxx").hasSizeLessThan(100);
    }

    @Property(tries = 200)
    void bytesOfAnySortAreNothingOrSomething(@ForAll byte[] bytes) {
        Ssdp.found(ByteBuffer.wrap(bytes));
        Ssdp.searched(ByteBuffer.wrap(bytes));
    }
}
