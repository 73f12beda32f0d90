package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Rfc5769Test {

    static final String SAMPLE_REQUEST = """
            0001 0058                            request, Binding, length
            2112a442                             magic cookie
            b7e7a701 bc34d686 fa87dfae           transaction id
            8022 0010                            SOFTWARE
            5354554e 20746573 7420636c 69656e74  "STUN test client"
            0024 0004 6e0001ff                   PRIORITY
            8029 0008 932ff9b151263b36           ICE-CONTROLLED
            0006 0009                            USERNAME
            6576746a 3a683676 59202020           "evtj:h6vY", padded with spaces
            0008 0014                            MESSAGE-INTEGRITY
            9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
            8028 0004 e57a3bcf                   FINGERPRINT
            """;

    @Test
    void sampleRequestDecodes() {
        StunMessage message = new StunMessage();
        assertThat(message.decode(hex(SAMPLE_REQUEST))).isEqualTo(DecodeResult.OK);
        assertThat(Fingerprint.matches(message)).isTrue();
        assertThat(message.text(message.indexOf(AttributeType.USERNAME))).isEqualTo("evtj:h6vY");
    }

    static ByteBuffer hex(String annotated) {
        StringBuilder digits = new StringBuilder();
        for (String line : annotated.lines().toList()) {
            digits.append(line.split(" {2,}")[0].replace(" ", ""));
        }
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
    }
}
