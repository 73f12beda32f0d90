package dev.postern.natsim.portmap;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An element of the XML that UPnP devices and control points exchange. What reads it knows elements, their text and the five
 * entities that XML has by itself, and nothing that leads out of the document or makes it larger than it is: a document type
 * declaration, another entity or a CDATA section makes it no document.
 *
 * @param name without its prefix
 * @param text its own, with what is in its children left out, and without white space around
 */
public record XmlElement(String name, String text, List<XmlElement> children) {

    /** The longest document, in characters: {@value}. */
    public static final int MAX_CHARS = 65_536;

    static final int MAX_DEPTH = 24;
    static final int MAX_ELEMENTS = 2000;

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}(?::[A-Za-z_][A-Za-z0-9_.-]{0,99})?");

    /** Copies the list. */
    public XmlElement {
        children = List.copyOf(children);
    }

    /** The root of a document; null if it is none that is read here. */
    public static @Nullable XmlElement parse(String document) {
        return document.length() > MAX_CHARS ? null : new Reader(document).read();
    }

    /** The text of a child; null if there is none of that name. */
    public @Nullable String textOf(String child) {
        XmlElement found = child(child);
        return found == null ? null : found.text();
    }

    /** The first child of a name; null if there is none. */
    public @Nullable XmlElement child(String wanted) {
        return children.stream()
                .filter(child -> child.name().equals(wanted))
                .findFirst()
                .orElse(null);
    }

    /** All elements of a name at any depth, this one too, in the order of the document. */
    public List<XmlElement> all(String wanted) {
        List<XmlElement> found = new ArrayList<>();
        collect(wanted, found);
        return found;
    }

    private void collect(String wanted, List<XmlElement> found) {
        if (name.equals(wanted)) {
            found.add(this);
        }
        children.forEach(child -> child.collect(wanted, found));
    }

    /** Text as it may stand in a document. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** An element that is not closed yet. */
    private static final class Open {
        private final String name;
        private final StringBuilder text = new StringBuilder();
        private final List<XmlElement> children = new ArrayList<>();

        Open(String name) {
            this.name = name;
        }

        XmlElement close() {
            return new XmlElement(
                    name.substring(name.indexOf(':') + 1), text.toString().strip(), children);
        }
    }

    /** Reads a document from its beginning to its end, once. */
    private static final class Reader {

        private static final int LONGEST_ENTITY = 10;
        private static final int HEX = 16;

        private final String document;
        private final List<Open> open = new ArrayList<>();
        private @Nullable XmlElement root;
        private int at;
        private int elements;

        Reader(String document) {
            this.document = document;
        }

        @Nullable
        XmlElement read() {
            while (at < document.length()) {
                boolean good = document.charAt(at) == '<' ? readMarkup() : readText();
                if (!good) {
                    return null;
                }
            }
            return open.isEmpty() ? root : null;
        }

        private boolean readMarkup() {
            if (document.startsWith("<?", at)) {
                return skipTo("?>");
            }
            if (document.startsWith("<!--", at)) {
                return skipTo("-->");
            }
            if (document.startsWith("<!", at)) {
                return false;
            }
            return document.startsWith("</", at) ? readEnd() : readStart();
        }

        private boolean skipTo(String end) {
            int found = document.indexOf(end, at);
            at = found + end.length();
            return found >= 0;
        }

        private boolean readStart() {
            int end = endOfTag();
            if (end < 0) {
                return false;
            }
            boolean empty = document.charAt(end - 1) == '/';
            String inside = document.substring(at + 1, empty ? end - 1 : end);
            String name = inside.split("\\s", 2)[0];
            elements++;
            if (!NAME.matcher(name).matches()
                    || (root != null && open.isEmpty())
                    || elements > MAX_ELEMENTS
                    || open.size() == MAX_DEPTH) {
                return false;
            }
            open.add(new Open(name));
            at = end + 1;
            if (empty) {
                close();
            }
            return true;
        }

        /** The end of the tag that begins here; a sign in quotes is none. */
        private int endOfTag() {
            char quote = 0;
            for (int i = at + 1; i < document.length(); i++) {
                char c = document.charAt(i);
                if (quote != 0) {
                    quote = c == quote ? 0 : quote;
                } else if (c == '"' || c == '\'') {
                    quote = c;
                } else if (c == '>') {
                    return i;
                } else if (c == '<') {
                    return -1;
                }
            }
            return -1;
        }

        private boolean readEnd() {
            int end = document.indexOf('>', at);
            if (end < 0 || open.isEmpty()) {
                return false;
            }
            String name = document.substring(at + 2, end).strip();
            at = end + 1;
            boolean fits = name.equals(open.get(open.size() - 1).name);
            close();
            return fits;
        }

        private void close() {
            XmlElement closed = open.remove(open.size() - 1).close();
            if (open.isEmpty()) {
                root = closed;
            } else {
                open.get(open.size() - 1).children.add(closed);
            }
        }

        private boolean readText() {
            int end = document.indexOf('<', at);
            int stop = end < 0 ? document.length() : end;
            String raw = document.substring(at, stop);
            at = stop;
            if (open.isEmpty()) {
                return raw.isBlank() || raw.equals("\uFEFF");
            }
            return unescape(raw, open.get(open.size() - 1).text);
        }

        private static boolean unescape(String raw, StringBuilder out) {
            int i = 0;
            while (i < raw.length()) {
                char c = raw.charAt(i);
                if (c != '&') {
                    out.append(c);
                    i++;
                    continue;
                }
                int end = raw.indexOf(';', i);
                int code = end < 0 || end - i > LONGEST_ENTITY ? -1 : code(raw.substring(i + 1, end));
                if (code < 0) {
                    return false;
                }
                out.appendCodePoint(code);
                i = end + 1;
            }
            return true;
        }

        /** The character that an entity stands for; negative for none. */
        private static int code(String entity) {
            return switch (entity) {
                case "amp" -> '&';
                case "lt" -> '<';
                case "gt" -> '>';
                case "quot" -> '"';
                case "apos" -> '\'';
                default -> numeric(entity);
            };
        }

        private static int numeric(String entity) {
            int code = -1;
            if (entity.matches("#[0-9]{1,7}")) {
                code = Integer.parseInt(entity.substring(1));
            } else if (entity.matches("#x[0-9A-Fa-f]{1,6}")) {
                code = Integer.parseInt(entity.substring(2), HEX);
            }
            return code > 0 && Character.isValidCodePoint(code) ? code : -1;
        }
    }
}
