package dev.postern.app.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * ISO/IEC 18004, as much of it as a URL takes: byte mode, error correction level L, versions 1 to 5, which have one block and no
 * version information. The mask is the one of the eight with the fewest runs and squares of one colour; readers take any.
 */

/** A QR code for a short text, for a terminal. Used by one thread. */
final class QrCode {

    /** What both halves of a character cell look like where both are light. */
    static final char BLOCK = '\u2588';

    private static final char UPPER_HALF = '\u2580';
    private static final char LOWER_HALF = '\u2584';

    private static final int MAX_VERSION = 5;
    private static final int[] DATA_BYTES = {0, 19, 34, 55, 80, 108};
    private static final int[] CORRECTION_BYTES = {0, 7, 10, 15, 20, 26};

    private static final int BYTE_MODE = 0x4;
    private static final int[] PADDING = {0xEC, 0x11};
    private static final int FIELD_POLYNOMIAL = 0x11D;

    private static final int LEVEL_L = 0x1;
    private static final int FORMAT_POLYNOMIAL = 0x537;
    private static final int FORMAT_MASK = 0x5412;
    private static final int MASKS = 8;
    private static final int TIMING = 6;
    private static final int FINDER = 7;
    private static final int QUIET = 4;
    private static final int LONG_RUN = 5;

    private final int size;
    private final boolean[][] dark;
    /** What is there whatever the text: patterns to find the code by, and where the format stands. */
    private final boolean[][] fixed;

    private QrCode(int version) {
        size = 17 + 4 * version;
        dark = new boolean[size][size];
        fixed = new boolean[size][size];
        finder(0, 0);
        finder(0, size - FINDER);
        finder(size - FINDER, 0);
        if (version > 1) {
            square(size - 9, size - 9, 5, true);
            square(size - 8, size - 8, 3, false);
            square(size - 7, size - 7, 1, true);
        }
        for (int i = FINDER + 1; i < size - FINDER - 1; i++) {
            set(TIMING, i, i % 2 == 0);
            set(i, TIMING, i % 2 == 0);
        }
        format(0);
    }

    /** The code of a text; null if it has more than 106 bytes. */
    static @Nullable QrCode of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int version = 1; version <= MAX_VERSION; version++) {
            if (bytes.length + 2 <= DATA_BYTES[version]) {
                QrCode code = new QrCode(version);
                code.write(withCorrection(data(bytes, DATA_BYTES[version]), CORRECTION_BYTES[version]));
                code.maskBest();
                return code;
            }
        }
        return null;
    }

    // ---- bytes

    private static byte[] data(byte[] text, int length) {
        byte[] data = new byte[length];
        int[] nibbles = new int[2 * length];
        nibbles[0] = BYTE_MODE;
        nibbles[1] = text.length >> 4;
        nibbles[2] = text.length & 0xF;
        int at = 3;
        for (byte one : text) {
            nibbles[at++] = (one >> 4) & 0xF;
            nibbles[at++] = one & 0xF;
        }
        for (int i = 0; i < length; i++) {
            data[i] = (byte) ((nibbles[2 * i] << 4) | nibbles[2 * i + 1]);
        }
        for (int i = text.length + 2; i < length; i++) { // behind the four zeros that end the text
            data[i] = (byte) PADDING[(i - text.length) % 2];
        }
        return data;
    }

    /** Reed-Solomon: the remainder of the data by a polynomial whose roots are the first powers of 2. */
    private static byte[] withCorrection(byte[] data, int length) {
        int[] divisor = new int[length];
        divisor[length - 1] = 1;
        int root = 1;
        for (int i = 0; i < length; i++) {
            for (int j = 0; j < length; j++) {
                divisor[j] = times(divisor[j], root) ^ (j + 1 < length ? divisor[j + 1] : 0);
            }
            root = times(root, 2);
        }
        int[] remainder = new int[length];
        for (byte one : data) {
            int factor = (one & 0xFF) ^ remainder[0];
            System.arraycopy(remainder, 1, remainder, 0, length - 1);
            remainder[length - 1] = 0;
            for (int j = 0; j < length; j++) {
                remainder[j] ^= times(divisor[j], factor);
            }
        }
        byte[] whole = Arrays.copyOf(data, data.length + length);
        for (int j = 0; j < length; j++) {
            whole[data.length + j] = (byte) remainder[j];
        }
        return whole;
    }

    private static int times(int a, int b) {
        int product = 0;
        for (int bit = 7; bit >= 0; bit--) {
            product = (product << 1) ^ ((product >> 7) * FIELD_POLYNOMIAL);
            product ^= ((b >> bit) & 1) * a;
        }
        return product;
    }

    // ---- modules

    private void set(int row, int column, boolean isDark) {
        dark[row][column] = isDark;
        fixed[row][column] = true;
    }

    private void square(int row, int column, int width, boolean isDark) {
        for (int r = Math.max(row, 0); r < Math.min(row + width, size); r++) {
            for (int c = Math.max(column, 0); c < Math.min(column + width, size); c++) {
                set(r, c, isDark);
            }
        }
    }

    private void finder(int row, int column) {
        square(row - 1, column - 1, FINDER + 2, false);
        square(row, column, FINDER, true);
        square(row + 1, column + 1, FINDER - 2, false);
        square(row + 2, column + 2, FINDER - 4, true);
    }

    /** Which level and mask, twice, with its own error correction. */
    private void format(int mask) {
        int value = (LEVEL_L << 3) | mask;
        int remainder = value << 10;
        for (int bit = 14; bit >= 10; bit--) {
            remainder ^= (((remainder >> bit) & 1) * FORMAT_POLYNOMIAL) << (bit - 10);
        }
        int bits = ((value << 10) | remainder) ^ FORMAT_MASK;
        for (int i = 0; i < 15; i++) {
            boolean isDark = ((bits >> i) & 1) == 1;
            if (i < 8) {
                set(i < TIMING ? i : i + 1, 8, isDark); // the timing pattern is passed over
                set(8, size - 1 - i, isDark);
            } else {
                set(8, i == 8 ? 7 : 14 - i, isDark);
                set(size - 15 + i, 8, isDark);
            }
        }
        set(size - 8, 8, true);
    }

    /** Bit by bit in pairs of columns, from the right to the left, up and down in turn. */
    private void write(byte[] bytes) {
        int bit = 0;
        boolean up = true;
        for (int right = size - 1; right > 0; right -= 2) {
            if (right == TIMING) {
                right--;
            }
            for (int i = 0; i < size; i++) {
                int row = up ? size - 1 - i : i;
                for (int column = right; column > right - 2; column--) {
                    if (!fixed[row][column] && bit < 8 * bytes.length) {
                        dark[row][column] = ((bytes[bit / 8] >> (7 - bit % 8)) & 1) == 1;
                        bit++;
                    }
                }
            }
            up = !up;
        }
    }

    private void maskBest() {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int mask = 0; mask < MASKS; mask++) {
            toggle(mask);
            format(mask);
            int penalty = penalty();
            if (penalty < least) {
                least = penalty;
                best = mask;
            }
            toggle(mask);
        }
        toggle(best);
        format(best);
    }

    private void toggle(int mask) {
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                dark[row][column] ^= !fixed[row][column] && isMasked(mask, row, column);
            }
        }
    }

    private static boolean isMasked(int mask, int row, int column) {
        int product = row * column;
        return switch (mask) {
            case 0 -> (row + column) % 2 == 0;
            case 1 -> row % 2 == 0;
            case 2 -> column % 3 == 0;
            case 3 -> (row + column) % 3 == 0;
            case 4 -> (row / 2 + column / 3) % 2 == 0;
            case 5 -> product % 2 + product % 3 == 0;
            case 6 -> (product % 2 + product % 3) % 2 == 0;
            default -> ((row + column) % 2 + product % 3) % 2 == 0;
        };
    }

    private int penalty() {
        int penalty = 0;
        for (int i = 0; i < size; i++) {
            int across = 0;
            int down = 0;
            for (int j = 0; j < size; j++) {
                across = j > 0 && dark[i][j] == dark[i][j - 1] ? across + 1 : 1;
                down = j > 0 && dark[j][i] == dark[j - 1][i] ? down + 1 : 1;
                penalty += (across >= LONG_RUN ? 1 : 0) + (down >= LONG_RUN ? 1 : 0);
                boolean isSquare = i > 0
                        && j > 0
                        && dark[i][j] == dark[i - 1][j]
                        && dark[i][j] == dark[i][j - 1]
                        && dark[i][j] == dark[i - 1][j - 1];
                penalty += isSquare ? 3 : 0;
            }
        }
        return penalty;
    }

    // ---- the terminal

    /** Lines of half blocks, two rows in each, with the quiet zone: light modules are drawn, as most terminals are dark. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int row = -QUIET; row < size + QUIET; row += 2) {
            StringBuilder line = new StringBuilder();
            for (int column = -QUIET; column < size + QUIET; column++) {
                boolean upper = isLight(row, column);
                boolean lower = row + 1 < size + QUIET && isLight(row + 1, column);
                line.append(upper ? (lower ? BLOCK : UPPER_HALF) : (lower ? LOWER_HALF : ' '));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private boolean isLight(int row, int column) {
        boolean isInside = row >= 0 && column >= 0 && row < size && column < size;
        return !isInside || !dark[row][column];
    }
}
