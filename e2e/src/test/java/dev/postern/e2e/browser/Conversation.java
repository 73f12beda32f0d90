package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** What two people in a call do, and what must come of it: pictures, words and files, both ways. */
final class Conversation {

    private static final int FRAMES = 20;

    private final BrowserPeer ann;
    private final BrowserPeer bob;

    private Conversation(BrowserPeer ann, BrowserPeer bob) {
        this.ann = ann;
        this.bob = bob;
    }

    /** Both are in the room already; returns once each browser reports that it is connected to the other. */
    static Conversation between(BrowserPeer ann, BrowserPeer bob) {
        ann.awaitConnected();
        bob.awaitConnected();
        return new Conversation(ann, bob);
    }

    /** Frames of video are decoded on both sides, more by the second. */
    void picturesFlow() {
        ann.awaitMoreFrames(FRAMES);
        bob.awaitMoreFrames(FRAMES);
    }

    /** What one says the other reads. */
    void wordsArrive(String marker) {
        ann.say(marker + " from ann");
        bob.awaitWords("chat-message", marker + " from ann");
        bob.say(marker + " from bob");
        ann.awaitWords("chat-message", marker + " from bob");
    }

    /** Ten megabytes in each direction, compared by the pages' checksums, by ours, and byte for byte. */
    void tenMegabytesArriveBothWays() throws IOException {
        carry(Payload.tenMegabytes("from-ann.bin", 1), ann, bob);
        carry(Payload.tenMegabytes("from-bob.bin", 2), bob, ann);
    }

    private static void carry(Payload payload, BrowserPeer from, BrowserPeer to) throws IOException {
        byte[] content = payload.bytes();
        String checksum = Payload.sha256(content);
        from.sendFile(payload);
        assertThat(to.awaitFile(payload.name(), "in")).isEqualTo(checksum);
        assertThat(from.awaitFile(payload.name(), "out")).isEqualTo(checksum);
        assertThat(to.save(payload.name())).isEqualTo(content);
    }

    /** The candidates of the selected pair, as each browser names them: {@code relay relay}, {@code host host}. */
    void runsOver(String type) {
        for (BrowserPeer peer : new BrowserPeer[] {ann, bob}) {
            assertThat(peer.candidateType("local") + " " + peer.candidateType("remote"))
                    .isEqualTo(type + " " + type);
        }
    }
}
