package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Security case S12 at the relay: how much longer an answer is than a stranger's request. Binding is the STUN engine's. */
class AmplificationTest {

    private static final int LONGEST_SMALL_REQUEST = 200;
    private static final int FILLER = 0xC000;
    private static final double MOST = 6;

    private final VirtualServer server = new VirtualServer();
    private final FiveTuple path = server.client(1).path;
    private final StunEncoder encoder = new StunEncoder();

    /** Every method and class, every length up to 200 bytes, each attribute of authentication there or not, right or wrong. */
    @Test
    void s12_answerToAStrangerIsAtMostSixTimesAsLongAsItsRequest() {
        double worst = 0;
        for (Method method : Method.values()) {
            for (int choice = 0; choice < 128; choice++) {
                for (int filler = 0; filler < LONGEST_SMALL_REQUEST; filler += 4) {
                    ByteBuffer request = request(method, choice, filler);
                    if (request.remaining() <= LONGEST_SMALL_REQUEST) {
                        worst = Math.max(worst, ratio(request));
                    }
                }
            }
        }
        assertThat(worst).isGreaterThan(2).isLessThanOrEqualTo(MOST);
    }

    private double ratio(ByteBuffer request) {
        int requestBytes = request.remaining();
        server.output.toClients.clear();
        server.engine.onClientData(server.now, path, request);
        long answered = server.output.toClients.stream()
                .mapToLong(sent -> sent.message().remaining())
                .sum();
        assertThat(server.output.toClients.size()).isLessThanOrEqualTo(1);
        return (double) answered / requestBytes;
    }

    private ByteBuffer request(Method method, int choice, int fillerBytes) {
        List<UnaryOperator<StunEncoder>> attributes = List.of(
                e -> e.text(AttributeType.USERNAME, "a"),
                e -> e.text(AttributeType.REALM, "b"),
                e -> e.text(AttributeType.NONCE, "c"),
                e -> e.bytes(AttributeType.MESSAGE_INTEGRITY, new byte[20]),
                e -> e.bytes(FILLER, new byte[fillerBytes]),
                e -> e.flag(0x7000).flag(0x7001),
                StunEncoder::fingerprint);
        StunEncoder request =
                encoder.begin(ByteBuffer.allocate(1024), MessageClass.REQUEST, method, TurnRequest.newId());
        for (int i = 0; i < attributes.size(); i++) {
            request = (choice >> i & 1) == 0 ? request : attributes.get(i).apply(request);
        }
        return request.finish();
    }
}
