package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Holds that the suite runs with the driver that it is to run with: {@code nio} from the class folders, {@code linux} from the packed
 * jar on a newer JDK. The build says which in {@code postern.test.driver}; where nobody says so, any is right.
 */
final class RunningDriver implements BeforeAllCallback {

    static final String NAME = System.getProperty("postern.test.driver", "");

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        ShardsConfig config = ShardsConfig.builder()
                .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                .build();
        try (UdpDriver driver = UdpDrivers.choose(config).open(new Counters<>(TransportCounter.class))) {
            assertThat(driver.name())
                    .as("the driver: %s", UdpDriverKind.LINUX.unavailable())
                    .satisfiesAnyOf(
                            name -> assertThat(NAME).isEmpty(),
                            name -> assertThat(name).isEqualTo(NAME));
        }
    }
}
