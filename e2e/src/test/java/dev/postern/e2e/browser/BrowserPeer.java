package dev.postern.e2e.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.e2e.PosternProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** One person in front of one page, in a browser context of her own; with the witness that reads what her browser really does. */
final class BrowserPeer implements AutoCloseable {

    /** How long a page may take for what a person waits for: a connection, a message, a sentence on the screen. */
    static final int PATIENCE_MILLIS = 30_000;

    /** How long a file of some megabytes may take on a machine that is busy with other things. */
    private static final int TRANSFER_MILLIS = 120_000;

    private static final String WITNESS = resource("witness.js");

    private final String name;
    private final BrowserContext context;
    private final Page page;
    private final List<String> console = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Pattern> expected = new ArrayList<>();

    /** The size of the window and the colours of the system around it. */
    record Look(int width, int height, boolean dark) {
        static final Look PLAIN = new Look(1280, 900, false);
    }

    BrowserPeer(String name, Browser browser, Look look) {
        this.name = name;
        context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(look.width(), look.height())
                .setColorScheme(look.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setAcceptDownloads(true));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        context.addInitScript(WITNESS);
        page = context.newPage();
        page.onConsoleMessage(this::onConsole);
        page.onPageError(error -> problem("thrown: " + error));
    }

    Page page() {
        return page;
    }

    /** An error of this form on the console is what the test provokes. */
    BrowserPeer expectingError(String regex) {
        expected.add(Pattern.compile(regex));
        return this;
    }

    /** Errors on the console, and what was thrown and not caught, beside what is expected. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** What a JavaScript expression answers; {@code witness} is at hand. A promise is waited for. */
    Object ask(String expression) {
        return Objects.requireNonNull(page.evaluate(expression), expression);
    }

    /** What the expression answers once that is truthy; fails after {@link #PATIENCE_MILLIS}. */
    Object askUntil(String expression) {
        return Objects.requireNonNull(
                page.evaluate("within => witness.until(() => " + expression + ", within)", PATIENCE_MILLIS),
                expression);
    }

    void awaitConnected() {
        askUntil("witness.connected()");
    }

    /** Fails unless the browser decodes this many more frames of video in time. */
    void awaitMoreFrames(int frames) {
        long now = ((Number) ask("witness.framesDecoded()")).longValue();
        askUntil("witness.framesDecoded().then((n) => n >= " + (now + frames) + ")");
    }

    /** The type of the candidate on a side ({@code local}, {@code remote}) of the pair that carries the call. */
    String candidateType(String side) {
        return field(side, "type");
    }

    /** How this browser reaches the relay: {@code udp}, {@code tcp}; empty when its own candidate is not a relay's. */
    String relayProtocol() {
        return field("local", "relayProtocol");
    }

    /** The name of this side's current ICE session. */
    String ufrag() {
        return String.valueOf(ask("witness.ufrag()"));
    }

    /** Waits until ICE was started anew and has connected. */
    void awaitOtherUfragThan(String before) {
        askUntil("witness.ufrag() !== '" + before + "' && witness.newest().iceGatheringState === 'complete'"
                + " && witness.connected()");
    }

    private String field(String side, String field) {
        Map<?, ?> pair = (Map<?, ?>) askUntil("witness.selectedPair()");
        Map<?, ?> candidate = (Map<?, ?>) Objects.requireNonNull(pair.get(side));
        return String.valueOf(candidate.get(field));
    }

    /** Opens the room's page, without joining. Each switch is {@code name=value}, as the page takes them. */
    BrowserPeer open(URI origin, String room, String... switches) {
        StringBuilder fragment = new StringBuilder("#room=" + room + "&name=" + name);
        for (String one : switches) {
            fragment.append('&').append(one);
        }
        page.navigate(origin + "/" + fragment);
        return this;
    }

    /** Opens the room's page and presses the button that joins. */
    BrowserPeer join(URI origin, String room, String... switches) {
        open(origin, room, switches);
        press("join");
        return this;
    }

    /** The element that the page's authors gave this test id. */
    Locator part(String testId) {
        return page.getByTestId(testId);
    }

    void press(String testId) {
        part(testId).click();
    }

    /** Waits until the element contains the words. */
    void awaitWords(String testId, String words) {
        part(testId)
                .filter(new Locator.FilterOptions().setHasText(words))
                .first()
                .waitFor();
    }

    /** Waits until the page says that signaling is in this state: {@code open}, {@code waiting}. */
    void awaitSignaling(String state) {
        page.locator("[data-testid=signal-state][data-state=" + state + "]").waitFor();
    }

    void say(String text) {
        part("chat-text").fill(text);
        press("chat-send");
    }

    /** Hands a file to the page, as if it were chosen in the dialog. */
    void sendFile(Payload payload) throws IOException {
        part("file-input").setInputFiles(payload.file(PosternProcess.target().resolve("payloads")));
    }

    /** Waits until the page says that the file was received or sent, and returns the checksum that it shows. */
    String awaitFile(String fileName, String direction) {
        Locator row = page.locator("[data-testid=file-row][data-direction=" + direction + "][data-state=done]")
                .filter(new Locator.FilterOptions().setHasText(fileName));
        row.waitFor(new Locator.WaitForOptions().setTimeout(TRANSFER_MILLIS));
        return row.getByTestId("file-sha256").innerText();
    }

    /** The bytes that the page's link to save a received file gives. */
    byte[] save(String fileName) throws IOException {
        Locator row = part("file-row").filter(new Locator.FilterOptions().setHasText(fileName));
        Download download = page.waitForDownload(row.getByTestId("file-save")::click);
        return Files.readAllBytes(download.path());
    }

    /** The page as it is shown: all of it, or what fits into the window. */
    byte[] screenshot(boolean whole) {
        return page.screenshot(new Page.ScreenshotOptions().setFullPage(whole));
    }

    void keepEvidence(Path folder) throws IOException {
        Files.writeString(folder.resolve(name + ".console.log"), String.join("\n", console) + "\n");
        try {
            Files.write(folder.resolve(name + ".png"), screenshot(true));
        } catch (com.microsoft.playwright.PlaywrightException e) {
            Files.writeString(folder.resolve(name + ".png.failed"), e.toString());
        }
    }

    @Override
    public void close() {
        context.close();
    }

    private void onConsole(ConsoleMessage message) {
        String line = message.type() + ": " + message.text() + " (" + message.location() + ")";
        console.add(line);
        if (message.type().equals("error")) {
            problem(line);
        }
    }

    private void problem(String line) {
        if (expected.stream().noneMatch(pattern -> pattern.matcher(line).find())) {
            problems.add(name + ": " + line);
        }
    }

    private static String resource(String file) {
        try (InputStream in = Objects.requireNonNull(BrowserPeer.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
