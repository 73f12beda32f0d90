package dev.postern.natsim.tester.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The default route as Linux writes it. */
class GatewayRouteTest {

    private static final String HEAD =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

    @Test
    void gatewayOfTheDefaultRouteIsFound() {
        List<String> lines = List.of(
                HEAD,
                "eth0\t0000A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0",
                "eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0");
        assertThat(GatewayRoute.of(lines, ByteOrder.LITTLE_ENDIAN)).isEqualTo(IpAddress.parse("192.168.0.1"));
    }

    @Test
    void noneIsNamedWhereThereIsNone() {
        assertThat(GatewayRoute.of(
                        List.of(HEAD, "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0", "", "x y z w"),
                        ByteOrder.LITTLE_ENDIAN))
                .isNull();
    }
}
