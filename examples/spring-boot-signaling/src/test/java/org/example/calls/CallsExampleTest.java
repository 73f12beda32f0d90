package org.example.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Two clients in the application, as it starts. */
@Timeout(60)
class CallsExampleTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext application;

    @BeforeEach
    void start() {
        application = SpringApplication.run(
                CallsApplication.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--logging.level.root=warn");
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private String authority() {
        return "127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
    }

    private String ask(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + authority() + path));
    }

    /** Gets a ticket as a page would, and says hello with it. */
    private Client client(String user) throws Exception {
        String answer = ask(at("/api/tickets?user=" + user + "&room=tea").POST(HttpRequest.BodyPublishers.noBody()));
        URI signaling = URI.create("ws://" + authority() + Client.field("signaling", answer));
        return new Client(http, signaling, "http://" + authority())
                .send("{\"t\":\"hello\",\"v\":1,\"token\":\"" + Client.field("ticket", answer) + "\"}");
    }

    @Test
    void twoClientsMeetInTheRoomOfTheirTickets() throws Exception {
        Client ann = client("ann");
        String annsId = Client.field("peer", ann.next("\"welcome\""));
        ann.send("{\"t\":\"join\",\"id\":1,\"room\":\"tea\"}").next("\"ok\"");
        Client bob = client("bob");
        bob.send("{\"t\":\"join\",\"id\":1,\"room\":\"tea\"}");
        assertThat(bob.next("\"ok\"")).contains(annsId);
        assertThat(ann.next("\"join\"")).contains("\"name\":\"bob\"");
        bob.send("{\"t\":\"sig\",\"id\":2,\"to\":\"" + annsId
                + "\",\"room\":\"tea\",\"neg\":1,\"gen\":1,\"d\":{\"type\":\"offer\",\"sdp\":\"v=0\"}}");
        assertThat(ann.next("\"sig\"")).contains("\"sdp\":\"v=0\"");

        bob.send("{\"t\":\"join\",\"id\":3,\"room\":\"coffee\"}");
        assertThat(bob.next("\"err\"")).contains("not_allowed");

        String rooms = ask(at("/api/rooms"));
        for (int again = 0; again < 1_000 && !rooms.equals("{\"tea\":2}"); again++) { // it hears of it a moment later
            rooms = ask(at("/api/rooms"));
        }
        assertThat(rooms).isEqualTo("{\"tea\":2}");
    }

    @Test
    void whoHasNoTicketIsOut() throws Exception {
        Client eve = new Client(http, URI.create("ws://" + authority() + "/calls/signal/v1/ws"), "http://" + authority());
        eve.send("{\"t\":\"hello\",\"v\":1,\"token\":\"made up\"}");
        assertThat(eve.next("closed")).isEqualTo("closed 4501");
    }

    @Test
    void anApplicationThatStopsSaysGoodbye() throws Exception {
        Client ann = client("ann");
        ann.next("\"welcome\"");
        application.close();
        assertThat(ann.next("\"bye\"")).contains("\"advice\":\"reconnect\"");
        assertThat(ann.next("closed")).isEqualTo("closed 4431");
    }
}
