package dev.postern.peer.model;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.function.Supplier;

/**
 * A fault that is put between the client, the carrier and the server, as if one of them had it. This one has none. What a
 * method answers takes the place of what it was given. One instance serves one run.
 */
class Mutant {

    /** What is wrong, each found by the model within so many schedules. */
    @SuppressWarnings("ImmutableEnumChecker") // the makers are constructors
    enum Kind {
        NONE("nothing is wrong", Mutant::new),
        FORGETS_TO_REPLAY("the server resumes and sends nothing again", ServerMutants.ForgetsToReplay::new),
        REPLAYS_ONE_TOO_FEW("the server replays from one number too high", ServerMutants.ReplaysOneTooFew::new),
        WELCOME_NOT_FIRST("the server replays before it says welcome", ServerMutants.WelcomeNotFirst::new),
        SWAPS_IN_REPLAY("the server replays two messages in the wrong order", ServerMutants.SwapsInReplay::new),
        NUMBERS_TWICE("the server gives two messages one number", ServerMutants.NumbersTwice::new),
        RELAYS_TWICE("the server relays a description twice", ServerMutants.RelaysTwice::new),
        FORGETS_BACK("the server does not tell that a peer is back", ServerMutants.ForgetsBack::new),
        EXECUTES_AGAIN("the server does not know a request that comes again", ServerMutants.ExecutesAgain::new),
        ANSWERS_OUT_OF_ORDER("the answer to a join has no place in the order", ServerMutants.AnswersOutOfOrder::new),
        SECRET_STAYS_GOOD("a spent secret opens the session", () -> new ServerMutants.SecretStaysGood(true)),
        LATE_HELLO_TAKES_OVER(
                "a late hello of a client takes its session", () -> new ServerMutants.SecretStaysGood(false)),
        IGNORES_ATTEMPTS("the server does not look at the number of an attempt", ServerMutants.IgnoresAttempts::new),
        GIVES_UP_AFTER_A_LATE_HELLO(
                "a client whose hello came late is told to begin anew", ServerMutants.GivesUpAfterALateHello::new),
        WINDOW_TOO_SHORT("the resume window ends too early", ServerMutants.WindowTooShort::new),
        RING_ONE_SHORT("the server keeps one message less than it says", ServerMutants.RingOneShort::new),
        COALESCES_TOO_MUCH("presence of one peer gives way to that of another", CarrierMutants.CoalescesTooMuch::new),
        COALESCES_DESCRIPTIONS("a description gives way to a later one", CarrierMutants.CoalescesDescriptions::new),
        DROPS_WHEN_FULL("a full queue drops its oldest message", CarrierMutants.DropsWhenFull::new),
        CONFUSES_CONNECTIONS(
                "what comes late over an old connection is taken", CarrierMutants.ConfusesConnections::new),
        ACKS_TOO_EARLY("the client acknowledges what it has not got", ClientMutants.AcksTooEarly::new),
        CLAIMS_ONE_MORE("the client resumes with one number too high", ClientMutants.ClaimsOneMore::new),
        NEVER_COUNTS("the client gives all its attempts one number", ClientMutants.NeverCounts::new),
        KEEPS_ITS_NUMBER("the client keeps its number for a new session", ClientMutants.KeepsItsNumber::new),
        NEVER_REPEATS("the client does not send unanswered requests again", ClientMutants.NeverRepeats::new),
        REPEATS_UNDER_A_NEW_ID("the client sends them again under a new id", ClientMutants.RepeatsUnderANewId::new),
        NEVER_JOINS_AGAIN("the client does not join its rooms again", ClientMutants.NeverJoinsAgain::new);

        private final String sentence;
        private final Supplier<Mutant> maker;

        Kind(String sentence, Supplier<Mutant> maker) {
            this.sentence = sentence;
            this.maker = maker;
        }

        String sentence() {
            return sentence;
        }

        Mutant make() {
            return maker.get();
        }
    }

    /** The configuration that the server really has. */
    SignalingConfig config(Setup setup, SignalingConfig config) {
        return config;
    }

    /** What the server is given for what reached it. */
    List<ClientMessage> toServer(Link link, ClientMessage message) {
        return List.of(message);
    }

    /** What goes on its way to the client for what the server said during one input. */
    List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
        return said;
    }

    /** What the client is given for what reached it. */
    List<ServerMessage> toClient(Link link, ServerMessage message) {
        return List.of(message);
    }

    /** What the client sends for what it wanted to send. */
    List<ClientMessage> fromClient(Link link, ClientMessage message) {
        return List.of(message);
    }

    /** Whether a message that waits may give way to a later one that waits. */
    boolean gives(ServerMessage waits, ServerMessage later, boolean byTheRules) {
        return byTheRules;
    }

    /** Whether a client whose outbox is full is closed as slow. */
    boolean isTooSlow(Link link) {
        return true;
    }

    /** Whether what reaches the client by a connection that it has given up is given to it by the one that it has. */
    boolean confusesConnections() {
        return false;
    }
}
