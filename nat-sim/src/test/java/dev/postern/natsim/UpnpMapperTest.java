package dev.postern.natsim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.natsim.portmap.HttpUrl;
import dev.postern.natsim.portmap.IgdService;
import dev.postern.natsim.portmap.NatPmpRequest;
import dev.postern.natsim.portmap.SoapAnswer;
import dev.postern.natsim.portmap.SoapCall;
import dev.postern.natsim.portmap.Ssdp;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Mappings that inside hosts ask for by UPnP IGD (WANIPConnection:1 and :2). */
class UpnpMapperTest {

    private static final IpAddress EXTERNAL = IpAddress.parse("203.0.113.1");
    private static final IpAddress OWN = IpAddress.parse("10.0.0.1");
    private static final IpAddress HOST = IpAddress.parse("10.0.0.2");
    private static final IpAddress OTHER_HOST = IpAddress.parse("10.0.0.3");
    private static final TransportAddress STRANGER = TransportAddress.parse("198.51.100.7:4000");
    private static final long SECOND = 1_000_000_000;
    private static final Duration LONGEST = Duration.ofHours(1);

    private static NatBox nat(UpnpIgd igd) {
        NatBehaviour behaviour = NatBehaviour.builder("asked", Mapping.APDM, Filtering.APDF)
                .portControl(new PortControl(true, false, igd, LONGEST))
                .build();
        return new NatBox(behaviour, EXTERNAL, new Random(1));
    }

    private static SoapAnswer call(NatBox nat, IpAddress client, SoapCall call, long now) {
        HttpUrl control = Objects.requireNonNull(HttpUrl.parse("http://10.0.0.1:5000/ctl/IPConn"));
        HttpMessage response = nat.answer(client, call.encode(control), now);
        return Objects.requireNonNull(SoapAnswer.decode(call, response));
    }

    private static SoapCall action(String name, String... arguments) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            map.put(arguments[i], arguments[i + 1]);
        }
        return new SoapCall(IgdService.TYPES.get(1), name, map);
    }

    private static SoapCall add(String action, IpAddress client, int external, int internal, long lease) {
        return action(
                action,
                "NewRemoteHost",
                "",
                "NewExternalPort",
                Integer.toString(external),
                "NewProtocol",
                "UDP",
                "NewInternalPort",
                Integer.toString(internal),
                "NewInternalClient",
                client.toString(),
                "NewEnabled",
                "1",
                "NewPortMappingDescription",
                "test",
                "NewLeaseDuration",
                Long.toString(lease));
    }

    private static int add(NatBox nat, IpAddress client, int external, int internal, long lease, long now) {
        return call(nat, client, add("AddPortMapping", client, external, internal, lease), now)
                .error();
    }

    private static SoapCall entry(String action, int port) {
        return action(action, "NewRemoteHost", "", "NewExternalPort", Integer.toString(port), "NewProtocol", "UDP");
    }

    private static boolean isLetIn(NatBox nat, int port, long now) {
        Packet packet = Packet.udp(STRANGER, TransportAddress.of(EXTERNAL, port), ByteBuffer.allocate(4));
        return nat.inbound(packet, now) instanceof Verdict.Forward;
    }

    @Test
    void portLetsInStrangersUntilItsLeaseIsOver() {
        NatBox nat = nat(UpnpIgd.IGD1);
        assertThat(add(nat, HOST, 6000, 5000, 60, 0)).isZero();
        assertThat(isLetIn(nat, 6000, 60 * SECOND - 1)).isTrue();
        assertThat(isLetIn(nat, 6000, 60 * SECOND)).isFalse();
    }

    @Test
    void leaseIsBoundedAndRenewed() {
        NatBox nat = nat(UpnpIgd.IGD2);
        add(nat, HOST, 6000, 5000, 1_000_000, 0);
        assertThat(lease(nat, 6000, 1)).isEqualTo(Long.toString(LONGEST.toSeconds()));
        add(nat, HOST, 6000, 5000, 60, 10 * SECOND);
        assertThat(lease(nat, 6000, 11 * SECOND)).isEqualTo("59");
        assertThat(isLetIn(nat, 6000, 70 * SECOND - 1)).isTrue();
        assertThat(isLetIn(nat, 6000, 70 * SECOND)).isFalse();
    }

    private static String lease(NatBox nat, int port, long now) {
        return call(nat, HOST, entry("GetSpecificPortMappingEntry", port), now).value("NewLeaseDuration");
    }

    /** A lease of 0 has no end in version 1, and the longest that there is in version 2. */
    @ParameterizedTest
    @CsvSource({"IGD1, 0, true", "IGD1_PERMANENT, 0, true", "IGD2, 3600, false"})
    void leaseOfZeroIsForEverInVersion1(UpnpIgd igd, String told, boolean forEver) {
        NatBox nat = nat(igd);
        add(nat, HOST, 6000, 5000, 0, 0);
        assertThat(lease(nat, 6000, 0)).isEqualTo(told);
        assertThat(isLetIn(nat, 6000, LONGEST.toNanos())).isEqualTo(forEver);
    }

    @Test
    void externalAddressIsTold() {
        SoapAnswer answer = call(nat(UpnpIgd.IGD1), HOST, action("GetExternalIPAddress"), 0);
        assertThat(answer.value("NewExternalIPAddress")).isEqualTo("203.0.113.1");
    }

    @Test
    void portOfAnotherIsAConflictAndStaysHis() {
        NatBox nat = nat(UpnpIgd.IGD1);
        add(nat, HOST, 6000, 5000, 60, 0);
        assertThat(add(nat, OTHER_HOST, 6000, 5000, 60, 1)).isEqualTo(SoapAnswer.CONFLICT);
        assertThat(add(nat, HOST, 6000, 5001, 60, 1)).isEqualTo(SoapAnswer.CONFLICT);
        assertThat(call(nat, OTHER_HOST, entry("DeletePortMapping", 6000), 2).error())
                .isEqualTo(SoapAnswer.NOT_AUTHORIZED);
        SoapAnswer his = call(nat, OTHER_HOST, entry("GetSpecificPortMappingEntry", 6000), 3);
        assertThat(his.value("NewInternalClient")).isEqualTo("10.0.0.2");
        assertThat(his.value("NewInternalPort")).isEqualTo("5000");
        assertThat(nat.mappings(4)).isEqualTo(1);
    }

    @Test
    void portOfANatPmpMappingOrOfAPacketIsAConflict() {
        NatBox nat = nat(UpnpIgd.IGD1);
        nat.answer(
                TransportAddress.of(HOST, 1),
                NatPmpRequest.mapUdp(5000, 6000, 60).encode(),
                0);
        assertThat(add(nat, OTHER_HOST, 6000, 5000, 60, 1)).isEqualTo(SoapAnswer.CONFLICT);
        nat.outbound(Packet.udp(TransportAddress.of(HOST, 7000), STRANGER, ByteBuffer.allocate(4)), 1);
        assertThat(add(nat, OTHER_HOST, 7000, 5000, 60, 1)).isEqualTo(SoapAnswer.CONFLICT);
        assertThat(nat.mappings(2)).isEqualTo(2);
    }

    @Test
    void insidePortHasOneExternalPort() {
        NatBox nat = nat(UpnpIgd.IGD1);
        add(nat, HOST, 6000, 5000, 60, 0);
        assertThat(add(nat, HOST, 6001, 5000, 60, 1)).isEqualTo(SoapAnswer.ACTION_FAILED);
        assertThat(isLetIn(nat, 6000, 2)).isTrue();
        assertThat(isLetIn(nat, 6001, 2)).isFalse();
    }

    @Test
    void version2FindsAPortByItself() {
        NatBox nat = nat(UpnpIgd.IGD2);
        add(nat, HOST, 6000, 5000, 60, 0);
        SoapAnswer any = call(nat, OTHER_HOST, add("AddAnyPortMapping", OTHER_HOST, 6000, 5000, 60), 1);
        int port = Integer.parseInt(any.value("NewReservedPort"));
        assertThat(port).isNotEqualTo(6000);
        assertThat(isLetIn(nat, port, 2)).isTrue();
        NatBox first = nat(UpnpIgd.IGD1);
        assertThat(call(first, HOST, add("AddAnyPortMapping", HOST, 6000, 5000, 60), 1)
                        .error())
                .isEqualTo(SoapAnswer.INVALID_ACTION);
    }

    @Test
    void whatIsGivenUpEndsAtOnce() {
        NatBox nat = nat(UpnpIgd.IGD1);
        add(nat, HOST, 6000, 5000, 60, 0);
        assertThat(call(nat, HOST, entry("DeletePortMapping", 6000), 1).isSuccess())
                .isTrue();
        assertThat(isLetIn(nat, 6000, 2)).isFalse();
        assertThat(call(nat, HOST, entry("DeletePortMapping", 6000), 3).error()).isEqualTo(SoapAnswer.NO_SUCH_ENTRY);
        assertThat(call(nat, HOST, entry("GetSpecificPortMappingEntry", 6000), 3)
                        .error())
                .isEqualTo(SoapAnswer.NO_SUCH_ENTRY);
    }

    @Test
    void routerThatKnowsNoLeasesSaysSo() {
        NatBox nat = nat(UpnpIgd.IGD1_PERMANENT);
        assertThat(add(nat, HOST, 6000, 5000, 60, 0)).isEqualTo(SoapAnswer.ONLY_PERMANENT_LEASES);
        assertThat(nat.mappings(1)).isZero();
    }

    @Test
    void hostMapsPortsOfItsOwnAddressAlone() {
        NatBox nat = nat(UpnpIgd.IGD1);
        assertThat(call(nat, OTHER_HOST, add("AddPortMapping", HOST, 6000, 5000, 60), 0)
                        .error())
                .isEqualTo(SoapAnswer.NOT_AUTHORIZED);
        assertThat(nat.mappings(1)).isZero();
    }

    @Test
    void wildcardsAndNonsenseAreRefused() {
        NatBox nat = nat(UpnpIgd.IGD1);
        assertThat(add(nat, HOST, 0, 5000, 60, 0)).isEqualTo(SoapAnswer.WILDCARD_EXTERNAL_PORT);
        assertThat(add(nat, HOST, 6000, 0, 60, 0)).isEqualTo(SoapAnswer.WILDCARD_INTERNAL_PORT);
        assertThat(add(nat, HOST, 70_000, 5000, 60, 0)).isEqualTo(SoapAnswer.INVALID_ARGS);
        assertThat(add(nat, HOST, 6000, 5000, -1, 0)).isEqualTo(SoapAnswer.INVALID_ARGS);
        assertThat(call(nat, HOST, action("AddPortMapping"), 0).error()).isEqualTo(SoapAnswer.INVALID_ARGS);
        assertThat(call(nat, HOST, action("DeletePortMapping"), 0).error()).isEqualTo(SoapAnswer.INVALID_ARGS);
        assertThat(call(nat, HOST, action("Reboot"), 0).error()).isEqualTo(SoapAnswer.INVALID_ACTION);
        SoapCall oneSender = action(
                "AddPortMapping",
                "NewRemoteHost",
                "198.51.100.7",
                "NewExternalPort",
                "6000",
                "NewProtocol",
                "UDP",
                "NewInternalPort",
                "5000",
                "NewInternalClient",
                "10.0.0.2",
                "NewLeaseDuration",
                "60");
        assertThat(call(nat, HOST, oneSender, 0).error()).isEqualTo(SoapAnswer.ONLY_WILDCARD_REMOTE_HOST);
        assertThat(nat.mappings(1)).isZero();
    }

    @Test
    void noMoreIsGrantedThanTheNatHas() {
        NatBehaviour small =
                nat(UpnpIgd.IGD2).behaviour().toBuilder().maxMappingsPerHost(1).build();
        NatBox nat = new NatBox(small, EXTERNAL, new Random(1));
        assertThat(add(nat, HOST, 6000, 5000, 60, 0)).isZero();
        assertThat(add(nat, HOST, 6001, 5001, 60, 0)).isEqualTo(SoapAnswer.NO_PORT_MAPS);
    }

    @ParameterizedTest
    @EnumSource(UpnpIgd.class)
    void gatewayIsFoundByTheVersionsThatItHas(UpnpIgd igd) {
        NatBox nat = nat(igd);
        for (int version = 1; version <= 2; version++) {
            ByteBuffer answer = nat.found(OWN, Ssdp.search(Ssdp.GATEWAYS.get(version - 1)));
            assertThat(answer != null).as("version " + version).isEqualTo(version <= igd.version());
            if (answer != null) {
                assertThat(Objects.requireNonNull(Ssdp.found(answer)).location())
                        .isEqualTo("http://10.0.0.1:5000/rootDesc.xml");
            }
        }
    }

    @Test
    void requestsForSomethingElseAreRefused() {
        NatBox nat = nat(UpnpIgd.IGD1);
        assertThat(nat.answer(HOST, get("/rootDesc.xml"), 0).status()).isEqualTo(HttpMessage.OK);
        assertThat(nat.answer(HOST, get("/"), 0).status()).isEqualTo(HttpMessage.NOT_FOUND);
        assertThat(nat.answer(HOST, get("/ctl/IPConn"), 0).status()).isEqualTo(HttpMessage.BAD_REQUEST);
        assertThat(nat(UpnpIgd.NONE).answer(HOST, get("/rootDesc.xml"), 0).status())
                .isEqualTo(HttpMessage.NOT_FOUND);
    }

    private static HttpMessage get(String path) {
        return HttpMessage.request("GET", path, "10.0.0.1", Map.of(), "");
    }
}
