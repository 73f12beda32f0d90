package dev.postern.natsim.scenario.run;

/** A result as a person reads it: what came of each expectation, the tables, and how to run the same again. */
public final class RunText {

    private RunText() {}

    /**
     * The text, each line ended by a line feed.
     *
     * @param program how the program is called, such as {@code postern}
     * @param file the scenario's, as it was named
     */
    public static String of(RunResult result, String program, String file) {
        StringBuilder text = new StringBuilder(file + ": " + result.scenario().title() + "\n");
        for (VariantResult variant : result.variants()) {
            text.append('\n');
            if (!variant.variant().isEmpty() && result.scenario().compared() != null) {
                text.append(result.scenario().compared().network())
                        .append(" is ")
                        .append(variant.variant())
                        .append('\n');
            }
            variant.findings().forEach(finding -> append(text, finding));
            variant.tables().forEach(table -> text.append('\n').append(table));
        }
        return text.append('\n').append(foot(result, program, file)).toString();
    }

    private static void append(StringBuilder text, Finding finding) {
        String mark = finding.met() ? "ok  " : "FAIL";
        text.append(finding.expected().isEmpty() ? "-   " : mark)
                .append("  at ")
                .append(Seconds.of(finding.atNanos()))
                .append(", ")
                .append(finding.what())
                .append(finding.came().isEmpty() ? "" : ": ")
                .append(finding.came())
                .append('\n');
        if (!finding.met()) {
            text.append("      expected: ").append(finding.expected()).append('\n');
            if (!finding.why().isEmpty()) {
                text.append("      why: ").append(finding.why()).append('\n');
            }
        }
    }

    private static String foot(RunResult result, String program, String file) {
        String of = result.hashesVerdicts() ? "verdicts" : "trace of " + result.steps() + " lines";
        return result.met() + " of " + result.expectations() + " expectations met\n"
                + "seed " + result.seed() + ", " + of + ", SHA-256 " + result.hash() + "\n"
                + "replay: " + program + " lab replay " + quoted(file) + " --seed " + result.seed() + " --expect-hash "
                + result.hash() + "\n";
    }

    /** As a shell takes it. */
    private static String quoted(String file) {
        return file.matches("[A-Za-z0-9._/~-]+") ? file : "'" + file.replace("'", "'\\''") + "'";
    }
}
