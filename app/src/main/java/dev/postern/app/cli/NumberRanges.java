package dev.postern.app.cli;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers written as {@code 1-25,72}. */
final class NumberRanges {

    /** Every number. */
    static final NumberRanges ALL = new NumberRanges(null);

    private static final int MOST = 9_999;

    private final @Nullable BitSet numbers;

    private NumberRanges(@Nullable BitSet numbers) {
        this.numbers = numbers;
    }

    boolean has(int number) {
        return numbers == null || numbers.get(number);
    }

    /** Reads them from the command line. */
    static final class Reader implements ITypeConverter<NumberRanges> {

        @Override
        public NumberRanges convert(String text) {
            BitSet numbers = new BitSet();
            for (String range : text.split(",", -1)) {
                if (!range.matches("[0-9]{1,4}(-[0-9]{1,4})?")) {
                    throw new TypeConversionException("'" + text + "' is not numbers such as 54 or 1-25,72");
                }
                String[] ends = range.split("-");
                int first = Integer.parseInt(ends[0]);
                int last = Integer.parseInt(ends[ends.length - 1]);
                numbers.set(first, Math.max(first, Math.min(last, MOST)) + 1);
            }
            return new NumberRanges(numbers);
        }
    }
}
