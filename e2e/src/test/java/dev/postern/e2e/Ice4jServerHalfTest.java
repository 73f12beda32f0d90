package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.ice4j.StunException;
import org.ice4j.attribute.Attribute;
import org.ice4j.message.Message;
import org.junit.jupiter.api.Test;

/**
 * The facts behind docs/adr/0001: what ice4j's codec does that a server cannot live with. A failure here is good news, and
 * a reason to look at that decision again.
 */
class Ice4jServerHalfTest {

    private static final int MUTATIONS = 20_000;

    /** CreatePermission for the peers 192.0.2.1 and 192.0.2.2. */
    private static final byte[] TWO_PEERS = bytes("""
            0008 0018 2112A442 000102030405060708090A0B
            0012 0008 0001 2112 E112A643
            0012 0008 0001 2112 E112A640
            """);

    /** Binding request with USERNAME "user:abc", ICE-CONTROLLING and PRIORITY. */
    private static final byte[] BINDING = bytes("""
            0001 0020 2112A442 000102030405060708090A0B
            0006 0008 757365723A616263
            802A 0008 0102030405060708
            0024 0004 6E0001FF
            """);

    @Test
    void damagedPacketThrowsWhatNoSignatureNames() {
        Random random = new Random(8489);
        long surprises = random.ints(MUTATIONS)
                .filter(seed -> surprises(mutated(BINDING, new Random(seed))))
                .count();

        assertThat(surprises).isPositive();
    }

    @Test
    void secondPeerOfCreatePermissionIsLost() throws StunException {
        Message decoded = Message.decode(TWO_PEERS, 0, TWO_PEERS.length);

        assertThat(decoded.getAttributes())
                .extracting(attribute -> (int) attribute.getAttributeType())
                .containsExactly((int) Attribute.XOR_PEER_ADDRESS);
    }

    @Test
    void undamagedPacketIsRead() {
        assertThatCode(() -> Message.decode(BINDING, 0, BINDING.length)).doesNotThrowAnyException();
    }

    @Test
    void attributesOfTheNewerRfcsHaveNoClass() {
        List<String> constants = List.of(Attribute.class.getFields()).stream()
                .map(field -> field.getName().replace('-', '_'))
                .toList();

        assertThat(constants)
                .contains("XOR_PEER_ADDRESS")
                .doesNotContain(
                        "MESSAGE_INTEGRITY_SHA256",
                        "USERHASH",
                        "PASSWORD_ALGORITHM",
                        "ADDITIONAL_ADDRESS_FAMILY",
                        "ICMP",
                        "MOBILITY_TICKET",
                        "RESPONSE_ORIGIN",
                        "OTHER_ADDRESS");
    }

    private static boolean surprises(byte[] packet) {
        try {
            Message.decode(packet, 0, packet.length);
            return false;
        } catch (StunException expected) {
            return false;
        } catch (RuntimeException undeclared) {
            return true;
        }
    }

    private static byte[] mutated(byte[] packet, Random random) {
        byte[] copy = packet.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt();
        }
        return copy;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }
}
