package dev.postern.conformance;

import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Results of every kind, for tests of what is made of them. */
public final class SampleResults {

    private static final ByteBuffer REQUEST =
            Client.hex("0001 0008 2112A442 B7E7A701BC34D686FA87DFAE 8022 0003 3C6F3E00"); // SOFTWARE '<o>'

    private SampleResults() {}

    /** A pass over two transports, a failure over one of two, a SHOULD that failed, one not offered, one skipped. */
    public static List<Result> all() {
        return List.of(
                result(1, "5", Level.MUST, TransportProtocol.UDP, new Outcome.Pass()),
                result(2, "5", Level.MUST, TransportProtocol.UDP, new Outcome.Pass()),
                result(
                        2,
                        "5",
                        Level.MUST,
                        TransportProtocol.TCP,
                        new Outcome.Fail("A <b> & \"c\" is sent. It is not.")),
                result(
                        3,
                        "14.10",
                        Level.SHOULD,
                        TransportProtocol.UDP,
                        new Outcome.Fail("Something holds. It does not.")),
                result(4, "14.2", Level.MUST, TransportProtocol.UDP, new Outcome.NotOffered("It says 442.")),
                result(5, "14.2", Level.MUST, TransportProtocol.UDP, new Outcome.Skipped("It needs a peer.")));
    }

    private static final List<Case> CASES = IntStream.rangeClosed(1, 5)
            .mapToObj(number -> titled(number, number < 3 ? "5" : number == 3 ? "14.10" : "14.2", number == 3))
            .toList();

    private static Case titled(int number, String section, boolean should) {
        Case.Draft draft = Case.rfc8489(number, section);
        return (should ? draft.should("does number " + number) : draft.must("does number " + number))
                .quote("It \"MUST\" <do> it.")
                .run(bench -> {});
    }

    private static Result result(
            int number, String section, Level level, TransportProtocol transport, Outcome outcome) {
        Case each = CASES.get(number - 1);
        if (!each.section().equals(section) || each.level() != level) {
            throw new AssertionError("the sample case " + number + " is another one");
        }
        Transcript transcript = new Transcript(new VirtualWorld(Setup.PLAIN));
        transcript.add("client 1 to server", REQUEST);
        return new Result(each, transport, outcome, transcript, Duration.ofMillis(1500));
    }
}
