package dev.postern.natsim.scenario.run;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An open port of a host of the file. Owned by the thread that runs the network. */
final class ScriptedPort {

    private static final int BINDING_BYTES = 128;

    private final VirtualNet net;
    private final UdpPort port;
    private final boolean echoes;
    private final Map<String, RelayClient> relays = new HashMap<>();
    private final StunMessage message = new StunMessage();
    private final Map<TransactionId, Parcel> asked = new HashMap<>();
    private int bindings;

    ScriptedPort(VirtualNet net, Host host, int number, boolean echoes) {
        this.net = net;
        this.echoes = echoes;
        this.port = host.openAny(number, (now, from, data) -> onDatagram(from, data));
    }

    void send(TransportAddress to, ByteBuffer payload, IpFields fields) {
        port.send(to, payload, fields);
    }

    /** Sends a Binding request; the answer tells the parcel its source. */
    void askForMapping(TransportAddress server, Parcel parcel) {
        TransactionId id = TransactionId.of(0, ++bindings);
        asked.put(id, parcel);
        port.send(
                server,
                new StunEncoder()
                        .begin(ByteBuffer.allocate(BINDING_BYTES), MessageClass.REQUEST, Method.BINDING, id)
                        .finish());
    }

    /** The client of a server's relay at this port; made when first asked for. */
    RelayClient relay(String server, TransportAddress address, String user, String password) {
        return relays.computeIfAbsent(server, name -> new RelayClient(net, port, address, user, password));
    }

    /** The first relayed address that any of its clients has; null while none has one. */
    @Nullable
    TransportAddress relayed() {
        return relays.values().stream()
                .map(RelayClient::relayed)
                .filter(address -> address != null)
                .findFirst()
                .orElse(null);
    }

    private void onDatagram(TransportAddress from, ByteBuffer data) {
        if (echoes) {
            port.send(from, data);
        } else if (!(relays.isEmpty() && asked.isEmpty()) && message.decode(data) == DecodeResult.OK) {
            onMessage();
        }
    }

    private void onMessage() {
        Parcel parcel = asked.remove(message.transactionId());
        if (parcel == null) {
            relays.values().forEach(relay -> relay.onMessage(message));
            return;
        }
        TransportAddress mapped = message.has(AttributeType.XOR_MAPPED_ADDRESS)
                ? message.xorAddress(message.indexOf(AttributeType.XOR_MAPPED_ADDRESS))
                : null;
        if (mapped != null) {
            parcel.onSource(mapped);
        }
    }
}
