package dev.postern.app.run;

import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.credentials.CredentialMint.Minted;
import dev.postern.app.credentials.OpenRooms;
import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives each client our STUN server and, with a credential of its user that expires, our relay. Without a secret to make
 * credentials from there is no relay for browsers: the passwords of fixed users are never handed out. Immutable.
 */
final class TurnIceServers implements IceServersProvider {

    /**
     * How long a credential lasts: longer than calls do, since a relay ends an allocation whose credential has expired.
     */
    static final Duration VALIDITY = Duration.ofHours(12);

    private final List<String> stunUrls;
    private final List<String> turnUrls;
    private final @Nullable CredentialMint mint;
    private final boolean perRoom;
    private final OpenRooms rooms;
    private final Consumer<String> endRoom;

    /**
     * @param mint null when there is no secret
     * @param perRoom whether peers get the relay in rooms alone, by credentials that end with the room
     * @param endRoom is told what a room that is over was called in credentials; must not block
     */
    TurnIceServers(
            List<String> stunUrls,
            List<String> turnUrls,
            @Nullable CredentialMint mint,
            boolean perRoom,
            OpenRooms rooms,
            Consumer<String> endRoom) {
        this.stunUrls = List.copyOf(stunUrls);
        this.turnUrls = List.copyOf(turnUrls);
        this.mint = mint;
        this.perRoom = perRoom;
        this.rooms = rooms;
        this.endRoom = endRoom;
    }

    @Override
    public IceServers servers(Client client) {
        Duration validity = validity(client.validFor());
        String room = client.room();
        if (mint == null || turnUrls.isEmpty() || validity.toSeconds() < 1 || (perRoom && room == null)) {
            return withoutRelay();
        }
        // A user has one quota, however many sessions he has; nobody in particular has one for each.
        String user = client.subject().isEmpty() ? client.peerId() : client.subject();
        return withRelay(mint.mint(user, room == null ? null : rooms.idOf(room), validity), validity);
    }

    /** No longer than the token is valid that the client has shown. */
    private static Duration validity(@Nullable Duration validFor) {
        return validFor == null || validFor.compareTo(VALIDITY) > 0 ? VALIDITY : validFor;
    }

    @Override
    public boolean isPerRoom() {
        return perRoom;
    }

    @Override
    public void onRoomEnded(String room) {
        String id = rooms.end(room);
        if (id != null) {
            endRoom.accept(id);
        }
    }

    private IceServers withoutRelay() {
        return IceServers.of(stunServers().toArray(IceServer[]::new));
    }

    private IceServers withRelay(Minted minted, Duration validity) {
        List<IceServer> servers = stunServers();
        servers.add(new IceServer(turnUrls, minted.username(), minted.password()));
        return new IceServers(servers, validity.toSeconds());
    }

    private List<IceServer> stunServers() {
        List<IceServer> servers = new ArrayList<>();
        if (!stunUrls.isEmpty()) {
            servers.add(new IceServer(stunUrls, null, null));
        }
        return servers;
    }
}
