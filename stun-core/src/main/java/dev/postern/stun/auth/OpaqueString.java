package dev.postern.stun.auth;

import java.text.Normalizer;

/**
 * The OpaqueString profile of PRECIS (RFC 8265 section 4.2), by which two people who type the same password send the
 * same bytes: other spaces become U+0020, the text is composed (NFC), and what has no place in a password is refused.
 *
 * <p>Refused are control characters, surrogates without a partner, code points that this JDK's Unicode does not assign,
 * non-characters, private use, code points that are ignored by default, old Hangul Jamo, and the exceptions of RFC 5892
 * section 2.6 (RFC 8264 section 8). The contextual rules of RFC 5892 appendix A are not followed: joiners are refused
 * and the other characters that have such a rule are allowed, whatever stands beside them.
 */
public final class OpaqueString {

    private static final int FIRST_NON_ASCII = 0x80;

    /** First and last of each range. */
    private static final int[] OLD_HANGUL_JAMO = {0x1100, 0x11FF, 0xA960, 0xA97C, 0xD7B0, 0xD7FB};

    /** Disallowed by RFC 5892 section 2.6: first and last of each range. */
    private static final int[] EXCEPTIONS = {
        0x0640, 0x0640, 0x07FA, 0x07FA, 0x302E, 0x302F, 0x3031, 0x3035, 0x303B, 0x303B
    };

    /** Default_Ignorable_Code_Point of Unicode, beyond those of general category Cf: first and last of each range. */
    private static final int[] IGNORED_BY_DEFAULT = {
        0x034F, 0x034F, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFFA0, 0xFFA0, 0xE0100, 0xE01EF
    };

    private OpaqueString() {}

    /**
     * The text in its prepared form.
     *
     * @throws IllegalArgumentException if it is empty or has a character that is refused
     */
    public static String prepare(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty text cannot be part of a credential");
        }
        if (isPrintableAscii(text)) {
            return text;
        }
        boolean ascii = text.chars().allMatch(c -> c < FIRST_NON_ASCII);
        String prepared = ascii ? text : Normalizer.normalize(withAsciiSpaces(text), Normalizer.Form.NFC);
        prepared.codePoints().filter(OpaqueString::isRefused).findFirst().ifPresent(refused -> {
            throw new IllegalArgumentException(
                    String.format("character U+%04X cannot be part of a credential", refused));
        });
        return prepared;
    }

    /** Whether nothing is to be prepared and nothing to be refused, as in most texts. */
    private static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static String withAsciiSpaces(String text) {
        return text.codePoints()
                .map(c -> Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isRefused(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE -> true;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.FORMAT -> true;
            default ->
                isIn(OLD_HANGUL_JAMO, codePoint) || isIn(EXCEPTIONS, codePoint) || isIn(IGNORED_BY_DEFAULT, codePoint);
        };
    }

    private static boolean isIn(int[] ranges, int codePoint) {
        for (int i = 0; i < ranges.length; i += 2) {
            if (codePoint >= ranges[i] && codePoint <= ranges[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
