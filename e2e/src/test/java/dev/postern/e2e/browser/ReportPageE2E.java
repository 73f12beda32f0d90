package dev.postern.e2e.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.e2e.LabRun;
import dev.postern.e2e.PosternProcess;
import dev.postern.e2e.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The report of {@code postern lab matrix --report}, opened from the disk and used without a mouse. Pictures go to {@code
 * e2e/target/screenshots}; those of the documentation, of all pairs, are made as in {@link ScreenshotsE2E}.
 */
class ReportPageE2E {

    private static final String ASKED = System.getProperty("postern.screenshots", "");

    private static Path report;
    private static Playwright playwright;
    private static Browser browser;

    private final List<String> problems = new ArrayList<>();
    private @Nullable BrowserContext context;

    @BeforeAll
    static void run(@TempDir Path folder) {
        Path chromium = Requirement.BROWSER.need();
        report = folder.resolve("report.html");
        List<String> options =
                new ArrayList<>(List.of("--report=" + report, "--pcap=" + folder.resolve("captures"), "--seed=5"));
        if (ASKED.isEmpty()) {
            options.addAll(List.of("--rows=symmetric,UDP blocked", "--columns=open,symmetric", "--seeds=2"));
        }
        LabRun.matrix(options.toArray(String[]::new));
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setHeadless(true)
                        .setArgs(ChromiumFlags.ALL));
    }

    @AfterAll
    static void close() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @AfterEach
    void noErrorWasWritten() {
        if (context != null) {
            context.close();
        }
        assertThat(problems).isEmpty();
    }

    private Page page(int width, boolean dark) {
        BrowserContext opened = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, 900)
                .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT));
        Page page = opened.newPage();
        context = opened;
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                problems.add(message.text());
            }
        });
        page.onPageError(problems::add);
        page.onRequest(request -> {
            if (!request.url().startsWith("file:")) {
                problems.add("asked for " + request.url());
            }
        });
        page.navigate(report.toUri().toString());
        return page;
    }

    /** The cell of symmetric against symmetric; in a whole matrix that of sequential symmetric, which has the words too, comes after it. */
    private static Locator cell(Page page) {
        return page.locator("button.cell")
                .filter(new Locator.FilterOptions().setHasText("symmetric against symmetric"))
                .first();
    }

    @Test
    void matrixAndPairAreUsedByKeyboardAlone() {
        Page page = page(1280, false);
        assertThat(page.locator("h1")).hasText("Two ICE agents behind every pair of NATs");
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        assertThat(page.locator("#cell-0")).isFocused();
        page.keyboard().press("End");
        page.keyboard().press("Home");
        for (int i = 0; i < 64 && !isFocused(cell(page)); i++) { // as many as a whole matrix has
            page.keyboard().press("ArrowRight");
        }
        assertThat(cell(page)).isFocused();
        assertThat(cell(page)).containsText("relay");
        page.keyboard().press("Enter");

        assertThat(page.locator("#run-title")).isFocused();
        assertThat(page.locator("#run-title")).hasText("symmetric against symmetric");
        assertThat(page.locator(".why")).containsText("dropped at B's router: ");
        assertThat(page.locator(".why")).containsText("server relayed");
        assertThat(page.locator("code.line")).containsText("--rows \"symmetric\" --columns \"symmetric\" --seed ");

        Locator slider = page.locator("#instant");
        slider.focus();
        page.keyboard().press("Home");
        assertThat(page.locator("#step-words")).containsText("Step 1 of ");
        assertThat(page.locator(".nat-table h4").first()).hasText("A's router (symmetric): no rows");
        page.keyboard().press("End");
        assertThat(page.locator(".nat-table").first()).containsText("198.51.100.1");
        assertThat(slider).hasAttribute("aria-valuetext", Pattern.compile("step \\d+ of \\d+, .*"));
        page.keyboard().press("Home");
        page.getByText("Next drop").press("Enter");
        assertThat(page.locator("#step-words")).containsText("dropped at ");
        assertThat(page.locator(".sequence .now")).containsText("✕ dropped at ");

        page.keyboard().press("Escape");
        assertThat(cell(page)).isFocused();
    }

    @Test
    void diagramShowsWhatIsAskedForAndTheTableSaysTheSame() {
        Page page = page(1280, false);
        cell(page).click();
        page.locator("#shown").selectOption("drops");
        int drops = page.locator(".sequence .hop").count();
        assertThat(drops).isPositive();
        assertThat(page.locator(".sequence .hop.lost")).hasCount(drops);
        page.locator("details.steps summary").press("Enter");
        assertThat(page.locator("details.steps tr.lost")).hasCount(drops);
        page.goBack();
        assertThat(page.locator("#matrix-title")).isVisible();
    }

    @Test
    void coloursFollowTheSystemUntilTheSwitchIsPressed() {
        Page page = page(1280, true);
        Object dark = page.evaluate("getComputedStyle(document.body).backgroundColor");
        page.getByText("Colours: system").press("Enter");
        assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                .isNotEqualTo(dark);
        page.getByText("Colours: light").press("Enter");
        assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo(dark);
    }

    @ParameterizedTest
    @CsvSource({"360, false", "360, true", "1280, false", "1280, true"})
    void nothingIsWiderThanTheWindow(int width, boolean dark) throws IOException {
        Page page = page(width, dark);
        String look = width + "-" + (dark ? "dark" : "light");
        fits(page);
        keep(page, "report-matrix-" + look);
        cell(page).click();
        assertThat(page.locator(".sequence .now")).isVisible();
        fits(page);
        keep(page, "report-pair-" + look);
    }

    private static void fits(Page page) {
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
    }

    private static void keep(Page page, String name) throws IOException {
        Path target = ASKED.isEmpty()
                ? PosternProcess.target().resolve("screenshots")
                : Path.of(System.getProperty("postern.root")).resolve(ASKED);
        Files.createDirectories(target);
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(target.resolve(name + ".png")));
    }

    private static boolean isFocused(Locator locator) {
        return Boolean.TRUE.equals(locator.evaluate("element => element === document.activeElement"));
    }
}
