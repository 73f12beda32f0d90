package dev.postern.e2e.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import dev.postern.e2e.PosternProcess;
import dev.postern.e2e.Requirement;
import dev.postern.e2e.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a class of browser tests stands on: the packaged program, and two browser processes of their own, one for each side of a
 * call. Each test has a room and fresh browser contexts. A test that failed leaves screenshots, console logs and the server's log
 * under {@code e2e/target/failures}; one that passed fails after all when a page wrote an error to its console.
 */
final class CallStage implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final PosternProcess.Launch launch;
    private final List<String> flags;
    private final List<BrowserPeer> peers = new ArrayList<>();
    private String room = "";
    private @Nullable PosternProcess postern;
    private @Nullable Playwright playwright;
    private @Nullable Browser first;
    private @Nullable Browser second;

    private CallStage(PosternProcess.Launch launch, List<String> flags) {
        this.launch = launch;
        this.flags = flags;
    }

    static CallStage on(PosternProcess.Launch launch) {
        return new CallStage(launch, ChromiumFlags.ALL);
    }

    /** With browsers that trust this certificate, although nobody signed it. */
    static CallStage on(PosternProcess.Launch launch, TestCertificate trusted) {
        return new CallStage(launch, ChromiumFlags.trusting(trusted));
    }

    /** With browsers that put up with every certificate, as a person does who presses the button. */
    static CallStage puttingUpWithCertificates(PosternProcess.Launch launch) {
        return new CallStage(launch, ChromiumFlags.puttingUpWithCertificates());
    }

    PosternProcess postern() {
        return Objects.requireNonNull(postern);
    }

    /** The room of this test. */
    String room() {
        return room;
    }

    /** A peer in the first browser process; its page is blank. */
    BrowserPeer ann(BrowserPeer.Look look) {
        return add(new BrowserPeer("Ann", Objects.requireNonNull(first), look));
    }

    BrowserPeer ann() {
        return ann(BrowserPeer.Look.PLAIN);
    }

    /** A peer in the second browser process; its page is blank. */
    BrowserPeer bob(BrowserPeer.Look look) {
        return add(new BrowserPeer("Bob", Objects.requireNonNull(second), look));
    }

    BrowserPeer bob() {
        return bob(BrowserPeer.Look.PLAIN);
    }

    /** Somebody else, in the first browser process. */
    BrowserPeer carol() {
        return add(new BrowserPeer("Carol", Objects.requireNonNull(first), BrowserPeer.Look.PLAIN));
    }

    private BrowserPeer add(BrowserPeer peer) {
        peers.add(peer);
        return peer;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws InterruptedException {
        Path chromium = Requirement.BROWSER.need();
        postern = launch.start();
        // the system's browser is used: without this the driver would download its own
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setExecutablePath(chromium)
                .setHeadless(true)
                .setArgs(flags);
        first = playwright.chromium().launch(options);
        second = playwright.chromium().launch(options);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        room = "room-" + UUID.randomUUID().toString().substring(0, 8);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isPresent()) {
            keepEvidence(context);
        }
        List<String> problems =
                peers.stream().flatMap(peer -> peer.problems().stream()).toList();
        peers.forEach(BrowserPeer::close);
        peers.clear();
        if (context.getExecutionException().isEmpty() && !problems.isEmpty()) {
            throw new AssertionError("errors in the pages' consoles:\n" + String.join("\n", problems));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (playwright != null) {
            playwright.close();
        }
        if (postern != null) {
            postern.close();
        }
    }

    private void keepEvidence(ExtensionContext context) throws IOException {
        String test = context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
        Path folder = PosternProcess.target().resolve("failures").resolve(test);
        Files.createDirectories(folder);
        for (BrowserPeer peer : peers) {
            peer.keepEvidence(folder);
        }
        Files.writeString(folder.resolve("postern.log"), postern().log());
        System.err.println("what the pages and the server said is in " + folder);
    }
}
