package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.credentials.OpenRooms;
import dev.postern.signaling.IceServersProvider.Client;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.stun.auth.TimeLimitedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose a credential is that a browser gets, for which room and for how long; numbered as in {@code docs/security.md}. */
class TurnIceServersTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long EPOCH = 1_800_000_000L;

    private final OpenRooms rooms = new OpenRooms(new Random(1), Duration.ofDays(1));
    private final List<String> ended = new ArrayList<>();

    private TurnIceServers provider(boolean perRoom) {
        CredentialMint mint = new CredentialMint(SECRET, () -> Instant.ofEpochSecond(EPOCH));
        return new TurnIceServers(
                List.of("stun:192.0.2.1"), List.of("turn:192.0.2.1"), mint, perRoom, rooms, ended::add);
    }

    private static TimeLimitedName nameIn(IceServers ice) {
        IceServer relay = ice.servers().get(1);
        return Objects.requireNonNull(TimeLimitedName.parse(Objects.requireNonNull(relay.username())));
    }

    private static Client client(String subject, @Nullable String room, @Nullable Duration validFor) {
        return new Client("p_1", subject, room, validFor);
    }

    @Test
    void c27_credentialIsOfTheUserSoThatAllOfHisSessionsShareOneQuota() {
        IceServers ice = provider(false).servers(client("ann", null, null));
        assertThat(nameIn(ice)).isEqualTo(new TimeLimitedName(EPOCH + TurnIceServers.VALIDITY.toSeconds(), "ann", ""));
        assertThat(ice.ttlSeconds()).isEqualTo(TurnIceServers.VALIDITY.toSeconds());
        assertThat(nameIn(provider(false).servers(client("", null, null))).quotaUser())
                .as("nobody in particular")
                .isEqualTo("p_1");
    }

    @Test
    void c27_credentialIsForTheRoomAndEndsWithIt() {
        TurnIceServers provider = provider(true);
        assertThat(provider.servers(client("ann", null, null)).servers()).hasSize(1);
        TimeLimitedName name = nameIn(provider.servers(client("ann", "kitchen", null)));
        String id = rooms.idOf("kitchen");
        assertThat(name.user()).isEqualTo("ann");
        assertThat(name.roomTag()).isEqualTo(TimeLimitedName.roomTag(SECRET, id));
        provider.onRoomEnded("kitchen");
        assertThat(ended).containsExactly(id);
    }

    @Test
    void c27_credentialIsValidNoLongerThanTheTokenThatWasShown() {
        IceServers ice = provider(false).servers(client("ann", null, Duration.ofSeconds(90)));
        assertThat(ice.ttlSeconds()).isEqualTo(90);
        assertThat(nameIn(ice).expiresAtSeconds()).isEqualTo(EPOCH + 90);
        assertThat(provider(false)
                        .servers(client("ann", null, Duration.ofDays(9)))
                        .ttlSeconds())
                .isEqualTo(TurnIceServers.VALIDITY.toSeconds());
        assertThat(provider(false)
                        .servers(client("ann", null, Duration.ofMillis(999)))
                        .servers())
                .as("over in a moment")
                .hasSize(1);
    }
}
