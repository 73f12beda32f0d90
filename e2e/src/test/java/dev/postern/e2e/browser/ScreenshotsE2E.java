package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.PosternProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pictures of the call page during a real call, under {@code e2e/target/screenshots}; those of the documentation are made with
 * {@code ./dev e2e -Dtest=ScreenshotsE2E -Dpostern.screenshots=docs/screenshots}. No width may need scrolling sideways.
 */
class ScreenshotsE2E {

    /** The folder to write to instead, relative to the root of the sources. */
    private static final String ASKED = System.getProperty("postern.screenshots", "");

    /** A picture for the documentation shows some time of the call in its graphs; the test alone does not wait for that. */
    private static final int SECONDS_OF_CALL = ASKED.isEmpty() ? 3 : 20;

    private static final int MAX_BYTES = 300_000;
    private static final Payload PHOTO = new Payload("holiday.jpg", 3, 2_400_000);

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve());

    /**
     * @param whole whether the picture shows all of the page, or what a window shows of it
     * @param path how the packets have to travel: {@code relay=0}, {@code relay=1}
     */
    record Case(String name, BrowserPeer.Look look, boolean whole, String path) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> looks() {
        return Stream.of(
                new Case("call-360-light", new BrowserPeer.Look(360, 800, false), true, "relay=0"),
                new Case("call-360-dark", new BrowserPeer.Look(360, 800, true), true, "relay=0"),
                new Case("call-1280-light", new BrowserPeer.Look(1280, 1000, false), false, "relay=0"),
                new Case("call-1280-dark", new BrowserPeer.Look(1280, 1000, true), false, "relay=0"),
                new Case("call-1280-relayed", new BrowserPeer.Look(1280, 1000, false), false, "relay=1"));
    }

    @ParameterizedTest
    @MethodSource("looks")
    void theCallPageFitsItsWindow(Case shown) throws IOException {
        BrowserPeer ann =
                stage.ann(shown.look()).join(stage.postern().origin(), stage.room(), "media=canvas", shown.path());
        BrowserPeer bob = stage.bob().join(stage.postern().origin(), stage.room(), "media=canvas", shown.path());
        Conversation call = Conversation.between(ann, bob);
        call.picturesFlow();
        ann.askUntil("postern.call.history.length >= " + SECONDS_OF_CALL);
        ann.say("How do my packets get to you?");
        bob.say("See the drawing of the path.");
        ann.awaitWords("chat-message", "See the drawing of the path.");
        bob.sendFile(PHOTO);
        ann.awaitFile(PHOTO.name(), "in");
        int seen = ((Number) ann.ask("postern.call.history.length")).intValue();
        ann.askUntil("postern.call.history.length >= " + (seen + 2));

        assertThat(ann.ask("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        byte[] png = ann.screenshot(shown.whole());
        Path folder = folder();
        Files.createDirectories(folder);
        Files.write(folder.resolve(shown.name() + ".png"), png);
        assertThat(png.length).as("bytes of %s.png", shown.name()).isLessThan(MAX_BYTES);
    }

    private static Path folder() {
        return ASKED.isEmpty()
                ? PosternProcess.target().resolve("screenshots")
                : Path.of(System.getProperty("postern.root")).resolve(ASKED);
    }
}
