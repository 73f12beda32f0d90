package dev.postern.webclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final Path CALL_PAGE = Path.of("index.html");

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

    @Test
    void callPageSetsAStrictPolicyOfItsOwn() {
        assertThat(Tree.text(CALL_PAGE))
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

    @Test
    void everyElementThatAScriptLooksForIsOnThePageOnce() {
        List<String> onPage = matches(ID, Tree.text(CALL_PAGE));
        assertThat(onPage).doesNotHaveDuplicates();
        Set<String> lookedFor = new TreeSet<>();
        Tree.ours(".js").forEach(module -> lookedFor.addAll(matches(BY_ID, Tree.text(module))));
        assertThat(lookedFor).hasSizeGreaterThan(40).isSubsetOf(onPage);
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
