package dev.postern.natsim.prediction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Curves as one SVG file that needs nothing else: formulas as lines, measured shares as marks with their intervals. Each curve has a colour
 * and a shape; the numbers stand in the description for those who do not see it. Light or dark as the system is; drawn for a width
 * of 360 px and more.
 */
public final class CurvePlot {

    /** How many curves can be told apart: {@value}. */
    public static final int MOST_CURVES = 6;

    private static final int WIDTH = 400;
    private static final int LEFT = 54;
    private static final int RIGHT = 382;
    private static final int TOP = 66;
    private static final int BOTTOM = 336;
    private static final int LEGEND = 406;
    private static final int LEGEND_ROW = 24;
    private static final int POINTS = 96;
    private static final int QUARTERS = 4;
    private static final double LARGEST_MARK = 6.5;
    private static final double MARK_SMALLER = 0.5;
    private static final int DIGIT = 8;
    private static final int LINE_CHARACTERS = 52;

    private static final String STYLE = """
              <style>
                svg { --ground: #ffffff; --ink: #16211d; --soft: #4a5953; --grid: #d9e1dc;
                  --c0: #0b6e5f; --c1: #6541bd; --c2: #b3261e; --c3: #1f5fa8; --c4: #7a4e00; --c5: #4a5953; }
                @media (prefers-color-scheme: dark) {
                  svg { --ground: #0d1211; --ink: #e8efec; --soft: #a6b5af; --grid: #2a3633;
                    --c0: #56d3bb; --c1: #bda4ff; --c2: #ff9087; --c3: #7db7ff; --c4: #e8b45a; --c5: #a6b5af; }
                }
                text { font: 14px ui-sans-serif, system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; fill: var(--ink); }
                .title { font-weight: 600; font-size: 15px; }
                .soft { fill: var(--soft); font-size: 13px; }
                .ground { fill: var(--ground); }
                .grid { stroke: var(--grid); fill: none; }
                .axis { stroke: var(--soft); fill: none; }
                .law { fill: none; stroke-width: 2; }
                .mark { stroke-width: 2; fill: var(--ground); }
                .whisker { stroke-width: 1.5; fill: none; }
            """;

    private final List<Curve> curves;
    private final StringBuilder svg = new StringBuilder();
    private final int fewest;
    private final int most;

    private CurvePlot(List<Curve> curves) {
        this.curves = curves;
        this.fewest =
                curves.stream().mapToInt(curve -> curve.rows().get(0)).min().orElse(1);
        int largest = curves.stream()
                .mapToInt(curve -> curve.experiment().probes())
                .max()
                .orElse(1);
        this.most = Math.max(largest, fewest + 1);
    }

    /**
     * The file.
     *
     * @param curves 1 to {@link #MOST_CURVES} of one strategy
     */
    public static String of(List<Curve> curves) {
        if (curves.isEmpty() || curves.size() > MOST_CURVES) {
            throw new IllegalArgumentException("a plot has 1 to " + MOST_CURVES + " curves, not " + curves.size());
        }
        return new CurvePlot(List.copyOf(curves)).draw();
    }

    private String draw() {
        List<String> notes = notes();
        int height = LEGEND + LEGEND_ROW * curves.size() + 20 * notes.size() + 4;
        String title = CurveText.title(curves.get(0).experiment());
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"600\" height=\"%d\""
                        + " role=\"img\" aria-labelledby=\"title numbers\" style=\"max-width: 100%%; height: auto\">",
                WIDTH, height, height * 3 / 2);
        line("  <title id=\"title\">%s</title>", escaped(title));
        line("  <desc id=\"numbers\">%s</desc>", escaped(numbers()));
        svg.append(STYLE);
        for (int i = 0; i < curves.size(); i++) {
            line(
                    "    .s%d { stroke: var(--c%d); } .band.s%d { stroke: none; fill: var(--c%d); fill-opacity: 0.18; }",
                    i, i, i, i);
        }
        line("  </style>");
        line("  <rect class=\"ground\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
        line("  <text class=\"title\" x=\"14\" y=\"26\">%s</text>", escaped(title));
        line("  <text class=\"soft\" x=\"14\" y=\"48\">share of trials that are through</text>");
        axes();
        for (int i = 0; i < curves.size(); i++) {
            band(i);
        }
        for (int i = 0; i < curves.size(); i++) {
            law(i);
            marks(i);
        }
        legend(notes);
        line("</svg>");
        return svg.toString();
    }

    private void axes() {
        for (int quarter = 0; quarter <= QUARTERS; quarter++) {
            double share = quarter / (double) QUARTERS;
            line("  <path class=\"grid\" d=\"M%d %s H%d\"/>", LEFT, y(share), RIGHT);
            line(
                    "  <text class=\"soft\" x=\"%d\" y=\"%s\" text-anchor=\"end\">%d %%</text>",
                    LEFT - 8, number(top(share) + 4), Math.round(CurveText.percent(share)));
        }
        int nextStart = WIDTH;
        for (int tick : ticks()) {
            int place = (int) Math.round(left(tick));
            line("  <path class=\"axis\" d=\"M%d %d v5\"/>", place, BOTTOM);
            String text = Integer.toString(tick);
            int half = text.length() * DIGIT / 2;
            int centre = Math.min(place, WIDTH - half);
            if (centre + half + DIGIT / 2 <= nextStart || nextStart == WIDTH) {
                line(
                        "  <text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                        centre, BOTTOM + 20, text);
                nextStart = centre - half;
            }
        }
        line("  <path class=\"axis\" d=\"M%d %d H%d\"/>", LEFT, BOTTOM, RIGHT);
        line(
                "  <text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">probes%s (each step right doubles)</text>",
                (LEFT + RIGHT) / 2,
                BOTTOM + 42,
                curves.get(0).experiment().strategy() == Strategy.BOTH ? " of each side" : "");
    }

    /** The powers of two, the last one first: it is the one that must have its number. */
    private List<Integer> ticks() {
        List<Integer> ticks = new ArrayList<>();
        for (long power = 1; power <= most; power *= 2) {
            if (power >= fewest) {
                ticks.add(0, (int) power);
            }
        }
        return ticks;
    }

    private void band(int index) {
        Curve curve = curves.get(index);
        StringBuilder upper = new StringBuilder();
        StringBuilder lower = new StringBuilder();
        for (int probes : places(curve)) {
            Share share = curve.measured(probes);
            upper.append(upper.isEmpty() ? "M" : " L")
                    .append(x(probes))
                    .append(' ')
                    .append(y(share.high()));
            lower.insert(0, " L" + x(probes) + " " + y(share.low()));
        }
        line("  <path class=\"band s%d\" d=\"%s%s Z\"/>", index, upper, lower);
    }

    private void law(int index) {
        Curve curve = curves.get(index);
        StringBuilder path = new StringBuilder();
        for (int probes : places(curve)) {
            path.append(path.isEmpty() ? "M" : " L")
                    .append(x(probes))
                    .append(' ')
                    .append(y(curve.expected(probes)));
        }
        line("  <path class=\"law s%d\" d=\"%s\"/>", index, path);
    }

    private void marks(int index) {
        Curve curve = curves.get(index);
        for (int probes : curve.rows()) {
            Share share = curve.measured(probes);
            line("  <path class=\"whisker s%d\" d=\"M%s %s V%s\"/>", index, x(probes), y(share.low()), y(share.high()));
            mark(index, left(probes), top(share.value()));
        }
    }

    /**
     * A circle, a square, a triangle, a diamond, a triangle upside down or a cross; later ones are smaller, so that of curves that
     * lie on each other both are seen.
     */
    private void mark(int index, double x, double y) {
        double r = LARGEST_MARK - index * MARK_SMALLER;
        String shape = switch (index) {
            case 0 -> shape("m-%1$s 0 a%1$s %1$s 0 1 0 %2$s 0 a%1$s %1$s 0 1 0 -%2$s 0 Z", r);
            case 1 -> shape("m-%1$s -%1$s h%2$s v%2$s h-%2$s Z", 0.85 * r);
            case 2 -> shape("m0 -%1$s l%1$s %2$s h-%2$s Z", r);
            case 3 -> shape("m0 -%1$s l%1$s %1$s l-%1$s %1$s l-%1$s -%1$s Z", r);
            case 4 -> shape("m0 %1$s l%1$s -%2$s h-%2$s Z", r);
            default -> shape("m-%1$s -%1$s l%2$s %2$s m0 -%2$s l-%2$s %2$s", r);
        };
        line("  <path class=\"mark s%d\" d=\"M%s %s %s\"/>", index, number(x), number(y), shape);
    }

    private static String shape(String path, double r) {
        return String.format(Locale.ROOT, path, number(r), number(2 * r));
    }

    private void legend(List<String> notes) {
        for (int i = 0; i < curves.size(); i++) {
            int y = LEGEND + i * LEGEND_ROW;
            line("  <path class=\"law s%d\" d=\"M14 %d H54\"/>", i, y);
            mark(i, 34, y);
            line(
                    "  <text x=\"64\" y=\"%d\">%s</text>",
                    y + 5, escaped(CurveText.label(curves.get(i).experiment())));
        }
        int below = LEGEND + curves.size() * LEGEND_ROW;
        for (int i = 0; i < notes.size(); i++) {
            line("  <text class=\"soft\" x=\"14\" y=\"%d\">%s</text>", below + 8 + 20 * i, escaped(notes.get(i)));
        }
    }

    private List<String> notes() {
        Experiment first = curves.get(0).experiment();
        List<String> notes = new ArrayList<>(wrapped(CurveText.common(first)));
        notes.addAll(wrapped("Line: formula. Marks: measured. Bars and shade: the 95 % interval of what is measured."));
        return notes;
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (current.length() + word.length() >= LINE_CHARACTERS) {
                lines.add(current.toString());
                current.setLength(0);
            }
            current.append(current.isEmpty() ? "" : " ").append(word);
        }
        lines.add(current.toString());
        return lines;
    }

    /** Each curve's points, in words. */
    private String numbers() {
        StringBuilder text = new StringBuilder();
        for (Curve curve : curves) {
            text.append(CurveText.label(curve.experiment())).append(": ");
            for (int probes : curve.rows()) {
                text.append(String.format(
                        Locale.ROOT,
                        "after %d probes %.1f %% measured, %.1f %% by the formula; ",
                        probes,
                        CurveText.percent(curve.measured(probes).value()),
                        CurveText.percent(curve.expected(probes))));
            }
            text.setLength(text.length() - 2);
            text.append(". ");
        }
        return text.toString().strip();
    }

    /** Numbers of probes that are about as far from each other on the axis; each once. */
    private List<Integer> places(Curve curve) {
        List<Integer> places = new ArrayList<>();
        double ratio = Math.log(curve.experiment().probes() / (double) fewest);
        for (int i = 0; i <= POINTS; i++) {
            int probes = (int) Math.round(fewest * Math.exp(ratio * i / POINTS));
            if (places.isEmpty() || places.get(places.size() - 1) != probes) {
                places.add(probes);
            }
        }
        return places;
    }

    private double left(int probes) {
        double place = Math.log(probes / (double) fewest) / Math.log(most / (double) fewest);
        return LEFT + place * (RIGHT - LEFT);
    }

    private static double top(double share) {
        return BOTTOM - share * (BOTTOM - TOP);
    }

    private String x(int probes) {
        return number(left(probes));
    }

    private static String y(double share) {
        return number(top(share));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private void line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
