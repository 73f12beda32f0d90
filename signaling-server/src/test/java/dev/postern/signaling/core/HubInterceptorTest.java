package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubHarness.errorOf;
import static dev.postern.signaling.core.HubHarness.sigMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingInterceptor;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HubInterceptorTest {

    private static final Grant ANN = new Grant("ann", "Ann", List.of(RoomRule.moderator("lobby*")), null);

    private final Rules rules = new Rules();
    private final HubHarness harness =
            new HubHarness(SignalingConfig.builder().interceptor(rules).build());

    /** Lets everything pass until a test says otherwise, and keeps what it was asked. */
    private static final class Rules implements SignalingInterceptor {

        private final List<Join> joins = new ArrayList<>();
        private final List<Message> messages = new ArrayList<>();
        private Function<Join, @Nullable String> ofJoin = join -> null;
        private Function<Message, @Nullable String> ofMessage = message -> null;

        @Override
        public @Nullable String refuseJoin(Join join) {
            joins.add(join);
            return ofJoin.apply(join);
        }

        @Override
        public @Nullable String refuseMessage(Message message) {
            messages.add(message);
            return ofMessage.apply(message);
        }
    }

    @Test
    void isToldWhoJoinsWhatAndHow() {
        Client ann = harness.client(ANN);
        ann.ask(new ClientMessage.Join(1, "lobby1", "Mallory", Meta.ofJson("{\"a\":1}"), ClientMessage.NO_GOT));
        assertThat(rules.joins)
                .containsExactly(new SignalingInterceptor.Join(
                        ann.peer(), "ann", "lobby1", Role.MODERATOR, "Ann", Meta.ofJson("{\"a\":1}")));
    }

    @Test
    void isNotAskedWhatTheGrantDoesNotAllow() {
        assertThat(harness.client(ANN).joinRefused("other")).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(rules.joins).isEmpty();
    }

    @Test
    void aRefusedJoinHasItsWordsAndNoEffect() {
        rules.ofJoin = join -> join.meta().isEmpty() ? null : "no meta here";
        Client ann = harness.client();
        ServerMessage answer =
                ann.ask(new ClientMessage.Join(1, "r", null, Meta.ofJson("{\"a\":1}"), ClientMessage.NO_GOT));
        assertThat(answer).isEqualTo(ServerMessage.Err.of(1L, ErrorCode.NOT_ALLOWED, 0, "no meta here"));
        assertThat(harness.hub.roomCount()).isZero();
        assertThat(harness.count(SignalingCounter.INTERCEPTED)).isEqualTo(1);
    }

    @Test
    void theSameRequestAgainIsNotAnotherQuestion() {
        rules.ofJoin = join -> "no";
        Client ann = harness.client();
        ClientMessage.Join join = new ClientMessage.Join(1, "r", null, Meta.EMPTY, ClientMessage.NO_GOT);
        assertThat(ann.ask(join)).isEqualTo(ann.ask(join));
        assertThat(rules.joins).hasSize(1);
    }

    @Test
    void aRefusedMessageDoesNotArrive() {
        rules.ofMessage = message -> message.content() instanceof ClientMessage.Sig sig
                        && sig.description().sdp().contains("m=video")
                ? "sound only"
                : null;
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        ClientMessage.Sig video = sigMessage(7, ann.peer(), "r", "m=video");
        assertThat(bob.ask(video)).isEqualTo(ServerMessage.Err.of(7L, ErrorCode.NOT_ALLOWED, 0, "sound only"));
        assertThat(ann.take()).isEmpty();
        assertThat(rules.messages)
                .containsExactly(new SignalingInterceptor.Message(bob.peer(), "", "r", ann.peer(), video));
        assertThat(bob.ask(sigMessage(8, ann.peer(), "r", "m=audio"))).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.take()).hasSize(1);
    }

    @Test
    void isNotAskedAboutMessagesOfThoseWhoAreNotInTheRoom() {
        Client ann = harness.client();
        assertThat(errorOf(ann.sig("p_x", "r", "v=0"))).isEqualTo(ErrorCode.NOT_JOINED);
        assertThat(rules.messages).isEmpty();
    }

    @Test
    void whereItThrowsTheRequestIsRefusedAndNothingElseSuffers() {
        harness.output.allowFaults();
        rules.ofJoin = join -> {
            throw new IllegalStateException("a defect");
        };
        Client ann = harness.client();
        assertThat(ann.joinRefused("r")).isEqualTo(ErrorCode.INTERNAL);
        assertThat(harness.count(SignalingCounter.INTERCEPTOR_FAILED)).isEqualTo(1);
        assertThat(harness.count(SignalingCounter.FAULTS)).isZero();
        rules.ofJoin = join -> null;
        assertThat(ann.join("r").room()).isEqualTo("r");
    }

    @Test
    void itsWordsAreCutWhereTheyAreMany() {
        rules.ofJoin = join -> "x".repeat(SignalingInterceptor.MAX_WORDS - 1) + "\ud83d\ude00";
        ServerMessage answer =
                harness.client().ask(new ClientMessage.Join(1, "r", null, Meta.EMPTY, ClientMessage.NO_GOT));
        assertThat(((ServerMessage.Err) answer).detail()).isEqualTo("x".repeat(SignalingInterceptor.MAX_WORDS - 1));
    }
}
