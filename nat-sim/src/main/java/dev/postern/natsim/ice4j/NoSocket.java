package dev.postern.natsim.ice4j;

import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;

/**
 * Nothing, in the place where a datagram socket has its file descriptor. A {@link java.net.DatagramSocket} that is made
 * around it opens none; all of its methods that are used are overridden.
 */
final class NoSocket extends DatagramSocketImpl {

    private static final String WHY = "there is no socket below a virtual one";

    @Override
    protected void create() {}

    @Override
    protected void close() {}

    @Override
    protected void bind(int localPort, InetAddress localAddress) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected void send(DatagramPacket packet) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected int peek(InetAddress address) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected int peekData(DatagramPacket packet) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected void receive(DatagramPacket packet) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    @Deprecated
    protected void setTTL(byte ttl) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    @Deprecated
    protected byte getTTL() {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected void setTimeToLive(int ttl) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected int getTimeToLive() {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected void join(InetAddress address) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected void leave(InetAddress address) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected void joinGroup(SocketAddress address, NetworkInterface networkInterface) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    protected void leaveGroup(SocketAddress address, NetworkInterface networkInterface) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    public void setOption(int option, Object value) {
        throw new UnsupportedOperationException(WHY);
    }

    @Override
    public Object getOption(int option) {
        throw new UnsupportedOperationException(WHY);
    }
}
