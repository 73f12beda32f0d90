package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.turn.Mobility;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets as such: what they look like, and which are known again. */
class MobilityTicketsTest {

    private final VirtualServer server =
            new VirtualServer(VirtualServer.config().mobility(Mobility.ON));
    private final MobilityTickets tickets = server.shared.mobilityTickets();
    private final VirtualClient client = server.client(1);
    private final String ticket = new String(
            client.allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET))
                    .bytes(AttributeType.MOBILITY_TICKET),
            StandardCharsets.US_ASCII);

    @Test
    void ticketIsLongAndFitsTheClientsOfOthers() {
        assertThat(ticket).hasSize(32).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void ticketIsGenuineAlsoWhenItsAllocationIsNoMore() {
        assertThat(tickets.isGenuine(ticket)).isTrue();
        client.refresh(0);

        assertThat(tickets.holderOf(ticket)).isNull();
        assertThat(tickets.isGenuine(ticket)).isTrue();
    }

    @Test
    void noCharacterOfATicketCanBeChanged() {
        for (int i = 0; i < ticket.length(); i++) {
            char other = ticket.charAt(i) == 'A' ? 'B' : 'A';
            String altered = ticket.substring(0, i) + other + ticket.substring(i + 1);
            assertThat(tickets.isGenuine(altered)).as(altered).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "A", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", "AAAAAAAAAAAA"})
    void whatIsNoTicketIsNotGenuine(String text) {
        assertThat(tickets.isGenuine(text)).isFalse();
    }

    @Test
    void ticketOfAnotherServerIsNotGenuine() {
        assertThat(new MobilityTickets(new Random(1)).isGenuine(ticket)).isFalse();
    }
}
