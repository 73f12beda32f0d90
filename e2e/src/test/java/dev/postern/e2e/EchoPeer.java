package dev.postern.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;

/** coturn's {@code turnutils_peer}, which sends back whatever comes to its port and the next one: both answer when it is handed out. */
final class EchoPeer implements AutoCloseable {

    private static final int TRIES = 5;
    private static final int ASKED = 100;
    private static final int ANSWER_MILLIS = 50;

    private final Program program;
    private final int port;

    private EchoPeer(Program program, int port) {
        this.program = program;
        this.port = port;
    }

    /** Starts one at this address of loopback; another program may be faster at a port, then it takes others. */
    static EchoPeer start(Path coturn, String address) {
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < TRIES; i++) {
            int port = FreePort.pick();
            Program program = Program.start(
                    List.of(coturn.resolve("turnutils_peer").toString(), "-L", address, "-p", String.valueOf(port)));
            if (echoes(address, port) && echoes(address, port + 1) && program.isAlive()) {
                return new EchoPeer(program, port);
            }
            said.append(program.output());
            program.close();
        }
        throw new AssertionError("turnutils_peer did not answer at two ports of " + address + ": " + said);
    }

    private static boolean echoes(String address, int port) {
        byte[] question = {'?'};
        try (DatagramSocket socket = new DatagramSocket()) {
            // not connected: a connected one is told at once that nobody is there yet, and has asked its questions
            // before the program runs
            socket.setSoTimeout(ANSWER_MILLIS);
            InetSocketAddress peer = new InetSocketAddress(InetAddress.getByName(address), port);
            for (int i = 0; i < ASKED; i++) {
                socket.send(new DatagramPacket(question, question.length, peer));
                if (answers(socket)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody may be there yet: silence, then. */
    private static boolean answers(DatagramSocket socket) throws IOException {
        try {
            socket.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** The lower of its two ports. */
    int port() {
        return port;
    }

    /** Its process. */
    Program program() {
        return program;
    }

    @Override
    public void close() {
        program.close();
    }
}
