package dev.postern.natsim.scenario.run;

/**
 * One thing that the file asked for, and what came of it.
 *
 * @param atNanos when it begins
 * @param what it is: {@code laptop:5000 > web:80}
 * @param came what came of it, in words
 * @param verdict what came of it, in a word or two that are the same in every run
 * @param expected what the file expects, in words; empty if it expects nothing
 * @param met whether it came as expected; true if nothing is
 * @param why what became of the packets between the two hosts, in one sentence; empty if it came as expected
 */
public record Finding(
        long atNanos, String what, String came, String verdict, String expected, boolean met, String why) {

    /** Something that the file expects nothing of. */
    static Finding event(long atNanos, String what) {
        return new Finding(atNanos, what, "", "done", "", true, "");
    }

    /** Something that the file demands and that cannot be. */
    static Finding impossible(long atNanos, String what, String reason) {
        return new Finding(atNanos, what, "cannot be: " + reason, "not done", "to be possible", false, "");
    }
}
