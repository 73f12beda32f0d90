package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** The cable that the browser tests cut must carry bytes, break at once, and carry again. */
class WireTest {

    private static final int PATIENCE_MILLIS = 5_000;

    @Test
    void carriesBreaksAndCarriesAgain() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Wire wire = Wire.to(server.getLocalPort())) {
            server.setSoTimeout(PATIENCE_MILLIS);
            try (Socket near = connect(wire);
                    Socket far = server.accept()) {
                near.getOutputStream().write(7);
                assertThat(far.getInputStream().read()).isEqualTo(7);
                far.getOutputStream().write(9);
                assertThat(near.getInputStream().read()).isEqualTo(9);

                wire.cut();
                assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(IOException.class);
            }
            assertThatThrownBy(() -> {
                        try (Socket turnedAway = connect(wire)) {
                            int end = turnedAway.getInputStream().read();
                            throw new IOException("end of stream: " + end);
                        }
                    })
                    .isInstanceOf(IOException.class);

            wire.mend();
            try (Socket near = connect(wire);
                    Socket far = server.accept()) {
                near.getOutputStream().write(8);
                assertThat(far.getInputStream().read()).isEqualTo(8);
            }
        }
    }

    private static Socket connect(Wire wire) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), wire.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }
}
