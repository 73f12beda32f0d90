package dev.postern.natsim.prediction;

import java.util.Locale;

/** A {@link Curve} as a table for a terminal. */
public final class CurveText {

    private CurveText() {}

    /** What was asked, a row for each number of probes, and how close the curves are; lines end by a line feed. */
    public static String of(Curve curve) {
        Experiment experiment = curve.experiment();
        StringBuilder text = new StringBuilder()
                .append(question(experiment))
                .append('\n')
                .append(conditions(experiment))
                .append("\n  probes  through   measured    95 % interval        formula\n");
        for (int probes : curve.rows()) {
            Share share = curve.measured(probes);
            text.append(String.format(
                    Locale.ROOT,
                    "%8d %8d %8.2f %%  %6.2f %% to %6.2f %% %8.2f %%\n",
                    probes,
                    share.hits(),
                    percent(share.value()),
                    percent(share.low()),
                    percent(share.high()),
                    percent(curve.expected(probes))));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "The curves are at most %.2f %% apart; of 1,000 such runs, 999 stay below %.2f %%.%s\n",
                        percent(curve.distance()),
                        percent(curve.distanceBound()),
                        curve.agrees() ? "" : " This one does not: NOT AS THE FORMULA SAYS."))
                .toString();
    }

    /** What is tried, in a line. */
    static String question(Experiment experiment) {
        return switch (experiment.strategy()) {
            case PREDICTION ->
                "Prediction: one side EIM, the other symmetric with "
                        + experiment.ports().words();
            case BIRTHDAY ->
                "Birthday: one side EIM, the other symmetric with "
                        + experiment.ports().words() + " and " + experiment.sockets() + " sockets";
            case BOTH ->
                "Birthday, both sides symmetric with " + experiment.ports().words() + " and " + experiment.sockets()
                        + " sockets";
        };
    }

    /** What the NAT and the times are, in a line. */
    static String conditions(Experiment experiment) {
        Ports ports = experiment.ports();
        Pace pace = experiment.pace();
        String range = "ports " + ports.first() + "-" + ports.last() + ", N = " + ports.cells();
        String flows = Experiment.plain(experiment.flowsPerSecond()) + " other flows/s";
        String trials = experiment.trials() + " trials";
        return switch (experiment.strategy()) {
            case PREDICTION ->
                range + ", " + flows + ", " + pace.observations() + " seen every "
                        + pace.every().toMillis() + " ms, punch " + pace.delay().toMillis() + " ms later, " + trials;
            case BIRTHDAY -> range + ", " + flows + ", " + trials;
            case BOTH ->
                range + ", " + pace.probesPerSecond() + " probes/s, mappings last "
                        + pace.lifetime().toSeconds() + " s, " + trials;
        };
    }

    /** What all curves of a plot have in common, for its title. */
    static String title(Experiment experiment) {
        return switch (experiment.strategy()) {
            case PREDICTION -> "Port prediction: EIM and symmetric";
            case BIRTHDAY -> "Birthday: EIM and symmetric, " + experiment.sockets() + " sockets";
            case BOTH -> "Birthday: both symmetric, " + experiment.sockets() + " sockets each";
        };
    }

    /** What else they have in common. */
    static String common(Experiment experiment) {
        Ports ports = experiment.ports();
        Pace pace = experiment.pace();
        String range = "Ports " + ports.first() + "-" + ports.last() + "; " + experiment.trials() + " trials, seed "
                + experiment.seed() + ".";
        return switch (experiment.strategy()) {
            case PREDICTION ->
                range + " " + pace.observations() + " mappings seen every "
                        + pace.every().toMillis() + " ms, and " + pace.delay().toMillis()
                        + " ms until the one aimed at.";
            case BIRTHDAY -> range;
            case BOTH ->
                range + " " + pace.probesPerSecond() + " probes a second; mappings last "
                        + pace.lifetime().toSeconds() + " s.";
        };
    }

    /** What tells one curve from the others of a run. */
    public static String label(Experiment experiment) {
        return experiment.ports().words()
                + (experiment.strategy() == Strategy.BOTH
                        ? ""
                        : ", " + Experiment.plain(experiment.flowsPerSecond()) + " flows/s");
    }

    static double percent(double share) {
        return 100 * share;
    }
}
