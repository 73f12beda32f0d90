package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.Redirect;
import dev.postern.turn.TurnCounter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 300 Try Alternate, cases 44 and 61: when a relay has enough allocations, and while it is drained. */
class RedirectTest {

    private static final TransportAddress OTHER_4 = TransportAddress.parse("192.0.2.9:3478");
    private static final TransportAddress OTHER_6 = TransportAddress.parse("[2602:ff::9]:3478");

    @Test
    void rfc8656_061_allocateAboveTheBoundIsAnswered300AndBelowItServed() {
        VirtualServer server = new VirtualServer(
                VirtualServer.config().redirect(new Redirect(List.of(OTHER_4), "other.example.org", 1)));
        server.client(1).allocated();

        Reply reply = server.client(2).allocate();

        assertThat(reply.code()).isEqualTo(300);
        assertThat(plainAddress(reply)).isEqualTo(OTHER_4);
        assertThat(reply.has(AttributeType.MESSAGE_INTEGRITY))
                .as("the request was authenticated")
                .isTrue();
        assertThat(reply.has(AttributeType.ALTERNATE_DOMAIN)).as("over UDP").isFalse();
        assertThat(server.output.opened).isEqualTo(1);
        server.client(1).refresh(0);
        assertThat(server.client(2).challenged().allocate().code()).isZero();
        assertThat(server.count(TurnCounter.REDIRECTED_300)).isEqualTo(1);
    }

    @Test
    void rfc8489_044_alternateServerIsOfTheFamilyOfTheRequestsSource() {
        VirtualServer server =
                new VirtualServer(VirtualServer.dual().redirect(new Redirect(List.of(OTHER_6, OTHER_4), null, 1)));
        server.client(1).allocated();

        assertThat(plainAddress(server.client(2).allocate())).isEqualTo(OTHER_4);
        assertThat(plainAddress(ipv6Client(server).allocate())).isEqualTo(OTHER_6);
    }

    @Test
    void rfc8489_044_clientWhoseFamilyHasNoOtherServerIsServedHere() {
        VirtualServer server =
                new VirtualServer(VirtualServer.dual().redirect(new Redirect(List.of(OTHER_4), null, 1)));
        server.client(1).allocated();

        assertThat(ipv6Client(server).allocate().code()).isZero();
    }

    @ParameterizedTest
    @EnumSource(TransportProtocol.class)
    void rfc8489_044_alternateDomainIsForSecurePathsAlone(TransportProtocol protocol) {
        VirtualServer server = new VirtualServer(
                VirtualServer.config().redirect(new Redirect(List.of(OTHER_4), "other.example.org", 1)));
        server.client(1).allocated();
        VirtualClient client = new VirtualClient(
                server, new FiveTuple(protocol, TransportAddress.parse("203.0.113.8:1"), VirtualServer.LISTENER));

        Reply reply = client.allocate();

        assertThat(reply.code()).isEqualTo(300);
        assertThat(reply.has(AttributeType.ALTERNATE_DOMAIN)).isEqualTo(protocol.isSecure());
        if (protocol.isSecure()) {
            assertThat(reply.bytes(AttributeType.ALTERNATE_DOMAIN))
                    .isEqualTo("other.example.org".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void drainedRelayRedirectsNewAllocationsAndServesTheOldOnes() {
        VirtualServer server =
                new VirtualServer(VirtualServer.config().redirect(new Redirect(List.of(OTHER_4), null, 0)));
        VirtualClient old = server.client(1);
        long token = old.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0x80))
                .u64(AttributeType.RESERVATION_TOKEN);

        server.shared.drain();

        assertThat(server.client(2).allocate().code()).isEqualTo(300);
        assertThat(old.refresh(600).code()).isZero();
        assertThat(server.client(3)
                        .allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token))
                        .code())
                .as("the other half of a pair stays with the first")
                .isZero();
    }

    @Test
    void drainedRelayWithoutAnotherServerAnswers508() {
        VirtualServer server = new VirtualServer();
        server.shared.drain();

        assertThat(server.client(1).allocate().code()).isEqualTo(508);
        server.assertNothingIsHeld();
    }

    @Test
    void wrongRedirectIsRefusedInOneSentence() {
        assertThatThrownBy(() -> new Redirect(List.of(OTHER_4, TransportAddress.parse("192.0.2.8:1")), null, 0))
                .hasMessageContaining("turn.alternate-server")
                .hasMessageContaining("192.0.2.8");
        assertThatThrownBy(() -> new Redirect(List.of(TransportAddress.parse("192.0.2.8:0")), null, 0))
                .hasMessageContaining("turn.alternate-server");
        assertThatThrownBy(() -> new Redirect(List.of(), null, 5)).hasMessageContaining("turn.alternate-server");
        assertThatThrownBy(() -> new Redirect(List.of(OTHER_4), "d".repeat(256), 5))
                .hasMessageContaining("turn.alternate-domain");
        assertThatThrownBy(() -> new Redirect(List.of(OTHER_4), null, -1)).hasMessageContaining("turn.redirect-above");
    }

    private static VirtualClient ipv6Client(VirtualServer server) {
        return new VirtualClient(server, TransportAddress.of(IpAddress.parse("2001:db8::7"), 1));
    }

    private static TransportAddress plainAddress(Reply reply) {
        assertThat(reply.code()).isEqualTo(300);
        return Objects.requireNonNull(reply.message.address(reply.message.indexOf(AttributeType.ALTERNATE_SERVER)));
    }
}
