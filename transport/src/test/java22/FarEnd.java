import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * The far end of PathsUdpIT, run as a source file in a network namespace of its own: it says of each UDP packet that comes to its port
 * what the IP header says, which only a packet socket is shown, and of each datagram how long it is. A line {@code IP PORT BYTES CLASS}
 * has it send a datagram with this traffic class.
 */
final class FarEnd {

    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM = 2;
    private static final int EVERY_PROTOCOL = 0x0300; // ETH_P_ALL in network order
    private static final int TO_THIS_HOST = 0;
    private static final int LINK_ADDRESS_BYTES = 32;
    private static final int PACKET_TYPE = 10; // in struct sockaddr_ll
    private static final int PACKET_BYTES = 65_536;
    private static final int UDP = 17;
    private static final int FRAGMENT = 44;

    private FarEnd() {}

    public static void main(String[] arguments) throws Throwable {
        int port = Integer.parseInt(arguments[0]);
        DatagramSocket socket = new DatagramSocket(port);
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().find("socket").orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        int packets = (int) open.invokeExact(AF_PACKET, SOCK_DGRAM, EVERY_PROTOCOL);
        if (packets < 0) {
            throw new IOException("no packet socket");
        }
        daemon(() -> watch(linker, packets, port));
        daemon(() -> receive(socket));
        say("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            int bytes = Integer.parseInt(words[2]);
            socket.setTrafficClass(Integer.decode(words[3]));
            InetAddress to = InetAddress.getByName(words[0]);
            DatagramPacket packet = new DatagramPacket(new byte[bytes], bytes, to, Integer.parseInt(words[1]));
            synchronized (FarEnd.class) { // what comes back is said after it
                socket.send(packet);
                say("sent");
            }
        }
    }

    private interface Task {
        void run() throws Throwable;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                e.printStackTrace();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[PACKET_BYTES], PACKET_BYTES);
        while (true) {
            socket.receive(packet);
            say("datagram of " + packet.getLength());
        }
    }

    private static void watch(Linker linker, int packets, int port) throws Throwable {
        MethodHandle receive = linker.downcallHandle(
                linker.defaultLookup().find("recvfrom").orElseThrow(),
                FunctionDescriptor.of(
                        JAVA_LONG,
                        JAVA_INT,
                        ValueLayout.ADDRESS,
                        JAVA_LONG,
                        JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS));
        MemorySegment packet = Arena.global().allocate(PACKET_BYTES);
        MemorySegment from = Arena.global().allocate(LINK_ADDRESS_BYTES);
        MemorySegment fromBytes = Arena.global().allocate(JAVA_INT);
        while (true) {
            fromBytes.set(JAVA_INT, 0, LINK_ADDRESS_BYTES);
            long bytes = (long) receive.invokeExact(packets, packet, (long) PACKET_BYTES, 0, from, fromBytes);
            if (bytes > 0 && from.get(JAVA_BYTE, PACKET_TYPE) == TO_THIS_HOST) {
                look(packet, port);
            }
        }
    }

    private static void look(MemorySegment packet, int port) {
        if (at(packet, 0) >>> 4 == 4 && at(packet, 9) == UDP) {
            int flags = at(packet, 6);
            int header = (at(packet, 0) & 0xF) * 4;
            boolean part = (flags & 0x3F) != 0 || at(packet, 7) != 0;
            if (part || port(packet, header) == port) {
                String what = part ? "part" : bytes(packet, header) + " bytes";
                say("v4 " + what + " df=" + (flags >>> 6 & 1) + " class=" + at(packet, 1) + " ttl=" + at(packet, 8));
            }
        } else if (at(packet, 0) >>> 4 == 6) {
            boolean part = at(packet, 6) == FRAGMENT;
            if (part || (at(packet, 6) == UDP && port(packet, 40) == port)) {
                int trafficClass = (at(packet, 0) & 0xF) << 4 | at(packet, 1) >>> 4;
                String what = part ? "part" : bytes(packet, 40) + " bytes";
                say("v6 " + what + " class=" + trafficClass + " ttl=" + at(packet, 7));
            }
        }
    }

    private static int bytes(MemorySegment packet, int header) {
        return (at(packet, header + 4) << 8 | at(packet, header + 5)) - 8;
    }

    private static int port(MemorySegment packet, int header) {
        return at(packet, header + 2) << 8 | at(packet, header + 3);
    }

    private static int at(MemorySegment packet, int offset) {
        return packet.get(JAVA_BYTE, offset) & 0xFF;
    }
}
