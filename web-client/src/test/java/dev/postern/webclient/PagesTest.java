package dev.postern.webclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The pages work under {@code default-src 'self'} and from any host that serves files: nothing inline, nothing from elsewhere, no file
 * that is missing, no text that becomes markup.
 */
class PagesTest {
    private static final int MAX_LINES = 400;
    private static final Pattern REFERENCE = Pattern.compile("\\b(?:href|src|poster|action)=\"([^\"]*)\"");
    private static final Pattern IMPORT =
            Pattern.compile("(?:\\bfrom\\s+|\\bimport\\s*\\(?\\s*|=\\s*)['\"](\\.{1,2}/[^'\"]+)['\"]");
    private static final Pattern ICON = Pattern.compile("#icon-([a-z-]+)");
    private static final Pattern SYMBOL = Pattern.compile("<symbol id=\"icon-([a-z-]+)\"");
    private static final Pattern BY_ID = Pattern.compile("\\bbyId\\('([^']+)'");
    private static final Pattern ID = Pattern.compile("\\bid=\"([^\"]+)\"");
    private static final Pattern URL = Pattern.compile("(?i)\\b(?:https?|wss?)://[^\\s'\"`$<>)]*");
    /** Those that scripts name by a variable: verdicts, states of the controls, themes. */
    private static final List<String> CHOSEN_ICONS = List.of(
            "ok", "busy", "warn", "bad", "idle", "mic", "mic-off", "camera", "camera-off", "auto", "sun", "moon");

    private static final String SVG_NAMESPACE = "http://www.w3.org/2000/svg";
    private static final Pattern WRITTEN = Pattern.compile("\\b(?:device|tab)\\s*\\.\\s*write\\(\\s*([^,\\s]+)");
    private static final Path STORAGE = Path.of("shared/storage.js");
    private static final Path CALL_PAGE = Path.of("index.html");
    private static final Path PROTOCOL_PAGE = Path.of("protocol.html");

    @ParameterizedTest
    @MethodSource("pages")
    void pageHasNoInlineScriptStyleOrHandler(Path page) {
        String html = Tree.text(page);
        assertThat(html)
                .as("inline script")
                .doesNotContainPattern("(?is)<script(?![^>]*\\bsrc=)[^>]*>")
                .doesNotContainPattern("(?is)<script[^>]*>\\s*\\S[^<]*</script>");
        assertThat(html).as("inline style").doesNotContainPattern("(?i)<style\\b|\\sstyle\\s*=");
        assertThat(html).as("inline handler").doesNotContainPattern("(?i)<[^>]+\\son[a-z]+\\s*=");
        assertThat(html).as("script URL").doesNotContainPattern("(?i)javascript:");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pageRefersToFilesThatAreThereAndToNothingElse(Path page) {
        for (String reference : matches(REFERENCE, Tree.text(page))) {
            if (reference.startsWith("#")) {
                continue;
            }
            assertThat(reference)
                    .as("%s stays on its origin", page)
                    .doesNotContain(":")
                    .doesNotStartWith("/");
            Path target = resolve(page, reference.replaceFirst("[#?].*$", ""));
            assertThat(target.toString().isEmpty() || Tree.exists(target))
                    .as("%s refers to %s", page, reference)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("wholePages")
    void pageSetsAStrictPolicyOfItsOwn(Path page) {
        assertThat(Tree.text(page))
                .contains("default-src 'self'", "object-src 'none'", "base-uri 'none'")
                .doesNotContain("unsafe");
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleImportsFilesThatAreThere(Path module) {
        for (String specifier : matches(IMPORT, Tree.text(module))) {
            assertThat(Tree.exists(resolve(module, specifier)))
                    .as("%s imports %s", module, specifier)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleNeverTurnsTextIntoMarkupOrCode(Path module) {
        assertThat(Tree.text(module))
                .doesNotContainPattern("\\b(?:innerHTML|outerHTML|insertAdjacentHTML|srcdoc)\\b|document\\.write")
                .doesNotContainPattern("\\beval\\s*\\(|new Function\\s*\\(|set(?:Timeout|Interval)\\s*\\(\\s*['\"`]")
                .doesNotContainPattern("setAttribute\\(\\s*['\"](?:style|on)|\\.style\\.cssText");
    }

    /** Security case 27: no token, credential or secret stays in the browser. */
    @ParameterizedTest
    @MethodSource("modules")
    void c27_moduleKeepsNothingInTheBrowserButByTheSharedStorage(Path module) {
        String text = Tree.text(module).replace("localStorage.getItem('postern.theme')", "");
        if (!module.equals(STORAGE)) {
            assertThat(text)
                    .doesNotContainPattern(
                            "\\b(?:localStorage|sessionStorage|indexedDB|caches|cookieStore)\\b|\\.cookie\\b");
        }
    }

    @Test
    void c27_storageHoldsThemeNameAndRoomAndNothingElse() {
        List<String> written = modules().stream()
                .flatMap(module -> matches(WRITTEN, Tree.text(module)).stream())
                .toList();
        assertThat(written).containsExactlyInAnyOrder("KEY", "ROOM_KEY", "NAME_KEY");
        assertThat(Tree.text(STORAGE)).contains("localStorage", "sessionStorage");
    }

    @ParameterizedTest
    @MethodSource("everything")
    void fileNamesNoOtherOrigin(Path file) {
        List<String> urls = matches(URL, Tree.text(file)).stream()
                .filter(url -> !url.equals(SVG_NAMESPACE))
                .filter(url -> !url.matches("wss?://host/.*")) // an example in a comment
                .toList();
        assertThat(urls).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void fileIsShortEnoughToBeRead(Path file) {
        assertThat(Tree.text(file).lines().count()).isLessThanOrEqualTo(MAX_LINES);
    }

    @ParameterizedTest
    @MethodSource("wholePages")
    void everyElementThatAScriptOfThePageLooksForIsOnItOnce(Path page) {
        List<String> onPage = matches(ID, Tree.text(page));
        assertThat(onPage).doesNotHaveDuplicates();
        Set<String> lookedFor = new TreeSet<>();
        modulesOf(page).forEach(module -> lookedFor.addAll(matches(BY_ID, Tree.text(module))));
        assertThat(lookedFor).hasSizeGreaterThan(5).isSubsetOf(onPage);
    }

    @Test
    void everyModuleBelongsToAPageOrToTheLibrary() {
        Set<Path> used = new TreeSet<>(closure(Path.of("lib/postern.js")));
        pages().forEach(page -> used.addAll(modulesOf(page)));
        assertThat(modules()).isSubsetOf(used);
    }

    @Test
    void everyIconThatIsUsedIsDrawn() {
        List<String> drawn = matches(SYMBOL, Tree.text(Path.of("img/icons.svg")));
        assertThat(drawn).containsAll(CHOSEN_ICONS);
        everything()
                .forEach(file ->
                        assertThat(drawn).as("icons used in %s", file).containsAll(matches(ICON, Tree.text(file))));
    }

    static List<Path> pages() {
        return Tree.ours(".html");
    }

    static List<Path> wholePages() {
        return List.of(CALL_PAGE, PROTOCOL_PAGE);
    }

    private static Set<Path> modulesOf(Path page) {
        Set<Path> modules = new TreeSet<>();
        matches(REFERENCE, Tree.text(page)).stream()
                .filter(reference -> reference.endsWith(".js"))
                .forEach(reference -> modules.addAll(closure(resolve(page, reference))));
        return modules;
    }

    /** The module and all that it imports. */
    private static Set<Path> closure(Path module) {
        Set<Path> found = new TreeSet<>();
        Deque<Path> next = new ArrayDeque<>(List.of(module));
        while (!next.isEmpty()) {
            Path one = next.pop();
            if (found.add(one) && one.toString().endsWith(".js")) {
                matches(IMPORT, Tree.text(one)).forEach(specifier -> next.push(resolve(one, specifier)));
            }
        }
        return found;
    }

    static List<Path> modules() {
        return Tree.ours(".js");
    }

    static List<Path> everything() {
        return Stream.of(".html", ".js", ".css", ".svg")
                .flatMap(suffix -> Tree.ours(suffix).stream())
                .toList();
    }

    private static Path resolve(Path from, String reference) {
        Path parent = from.getParent();
        return (parent == null ? Path.of(reference) : parent.resolve(reference)).normalize();
    }

    private static List<String> matches(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(matcher.groupCount()));
        }
        return found;
    }
}
