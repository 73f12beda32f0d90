package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {

    private static final int BITS = 128;
    private static final int CHARS = 22;
    private static final int CLIENTS = 300;

    /** Also the secret that a resume brings: none says anything of another one. */
    @Test
    void c07_idsAndSecretsOfSessionsAre128RandomBits() {
        HubHarness hub = HubHarness.standard();
        List<String> minted = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = hub.client();
            ServerMessage.Welcome first = client.known();
            minted.addAll(List.of(first.sid(), first.peer(), first.resume()));
            client.drop();
            minted.add(client.resume(0).resume());
            hub.advance(Duration.ofMillis(5));
        }
        assertThat(minted).hasSize(4 * CLIENTS).doesNotHaveDuplicates();
        List<BitSet> bits = minted.stream()
                .map(text -> Base64.getUrlDecoder().decode(text.substring(text.length() - CHARS)))
                .map(BitSet::valueOf)
                .toList();
        for (int i = 0; i < BITS; i++) {
            int bit = i;
            assertThat(bits.stream().filter(each -> each.get(bit)).count())
                    .as("bit %d of %d", bit, minted.size())
                    .isBetween(minted.size() * 4L / 10, minted.size() * 6L / 10);
        }
    }
}
