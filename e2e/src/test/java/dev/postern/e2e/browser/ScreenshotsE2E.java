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

    private static final int MAX_BYTES = 400_000;

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve());

    record Case(String name, BrowserPeer.Look look) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> looks() {
        return Stream.of(
                new Case("call-360-light", new BrowserPeer.Look(360, 800, false)),
                new Case("call-360-dark", new BrowserPeer.Look(360, 800, true)),
                new Case("call-1280-light", new BrowserPeer.Look(1280, 900, false)),
                new Case("call-1280-dark", new BrowserPeer.Look(1280, 900, true)));
    }

    @ParameterizedTest
    @MethodSource("looks")
    void theCallPageFitsItsWindow(Case look) throws IOException {
        BrowserPeer ann = stage.ann(look.look()).join(stage.postern().origin(), stage.room(), "media=canvas");
        BrowserPeer bob = stage.bob().join(stage.postern().origin(), stage.room(), "media=canvas");
        Conversation call = Conversation.between(ann, bob);
        call.wordsArrive("hello");
        bob.sendFile("holiday.jpg", new Payload("holiday.jpg", 3, 2_400_000).bytes());
        ann.awaitFile("holiday.jpg", "in");
        call.picturesFlow();
        ann.askUntil("postern.call.history.length >= 6");

        assertThat(ann.ask("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        byte[] png = ann.screenshot();
        Path folder = folder();
        Files.createDirectories(folder);
        Files.write(folder.resolve(look.name() + ".png"), png);
        assertThat(png.length).as("bytes of %s.png", look.name()).isLessThan(MAX_BYTES);
    }

    private static Path folder() {
        String asked = System.getProperty("postern.screenshots", "");
        return asked.isEmpty()
                ? PosternProcess.target().resolve("screenshots")
                : Path.of(System.getProperty("postern.root")).resolve(asked);
    }
}
