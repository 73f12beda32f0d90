package dev.postern.natsim.tester;

import dev.postern.natsim.Packet;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.PacketTap;
import dev.postern.stun.IpAddress;
import java.util.List;

/** Packets at virtual hosts: those that a tester asks from, and those that are its server. */
final class VirtualWire implements ProbeWire {

    private final List<Host> clients;
    private final List<Host> servers;

    VirtualWire(List<Host> clients, List<Host> servers) {
        this.clients = clients;
        this.servers = servers;
    }

    /** Lets the tester have what it takes of all that arrives; {@code afterEvent} is run after each packet. */
    void tap(NatTester tester, Runnable afterEvent) {
        clients.forEach(host -> host.tap(new Tap(tester, NatTester.End.CLIENT, afterEvent)));
        servers.forEach(host -> host.tap(new Tap(tester, NatTester.End.SERVER, afterEvent)));
    }

    @Override
    public IpAddress local(int host) {
        return clients.get(host).ip();
    }

    @Override
    public void send(int host, Packet packet) {
        clients.get(host).send(packet);
    }

    @Override
    public void sendFromServer(Packet packet) {
        for (Host server : servers) {
            if (server.addresses().contains(packet.source().ip())) {
                server.send(packet);
                return;
            }
        }
        throw new IllegalArgumentException("no server has " + packet.source());
    }

    private record Tap(NatTester tester, NatTester.End end, Runnable afterEvent) implements PacketTap {

        @Override
        public boolean takes(Packet packet) {
            return tester.takes(packet);
        }

        @Override
        public void onPacket(long nowNanos, Packet packet) {
            tester.onPacket(nowNanos, end, packet);
            afterEvent.run();
        }
    }
}
