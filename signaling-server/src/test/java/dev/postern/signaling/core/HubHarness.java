package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A hub in virtual time, with clients that speak in one line. */
final class HubHarness {

    final RecordingOutput output = new RecordingOutput();
    final Hub hub;
    long now;

    HubHarness(SignalingConfig config) {
        this(config, 0);
    }

    HubHarness(SignalingConfig config, long startNanos) {
        now = startNanos;
        hub = new Hub(now, config, new SplittableRandom(42), output);
    }

    static HubHarness standard() {
        return new HubHarness(SignalingConfig.builder().build());
    }

    /** Moves time, ringing every alarm at its own moment. */
    void advance(Duration time) {
        long end = now + time.toNanos();
        while (hub.nextTimeout() != Long.MAX_VALUE && hub.nextTimeout() - end <= 0) {
            now = hub.nextTimeout() - now > 0 ? hub.nextTimeout() : now;
            hub.onTimeout(now);
        }
        now = end;
    }

    int count(SignalingCounter counter) {
        return output.counted(counter);
    }

    /** A client with a session. */
    Client client() {
        Client client = new Client();
        client.hello();
        return client;
    }

    /** A client with a session that the authorizer lets in so. */
    Client client(Grant grant) {
        Client client = new Client();
        client.verdict = new Verdict.Granted(grant);
        client.hello();
        return client;
    }

    /** A client whose connection is open and no more. */
    Client silentClient() {
        return new Client();
    }

    /** A client of this address whose connection is open and no more. */
    Client silentClientAt(String address) {
        return new Client(address);
    }

    /** A client with a session whose connections are all of this address. */
    Client clientAt(String address, Grant grant) {
        Client client = new Client(address);
        client.verdict = new Verdict.Granted(grant);
        client.hello();
        return client;
    }

    /** One client, whatever connection it has. */
    final class Client {

        private final String address;
        Connection connection;
        ServerMessage.@Nullable Welcome welcome;
        /** What the authorizer says of its tokens; null where it is not asked. */
        @Nullable
        Verdict verdict;

        private long nextId = 1;

        private Client() {
            this("");
        }

        private Client(String address) {
            this.address = address;
            this.connection = hub.onOpen(now, this, address);
        }

        /** Opens another connection and says nothing. */
        void reopen() {
            connection = hub.onOpen(now, this, address);
        }

        ServerMessage.Welcome hello() {
            return greet(null);
        }

        /** Opens another connection and asks for the session with what the last welcome said. */
        ServerMessage.Welcome resume(long got) {
            return resumeWith(ticket(got));
        }

        ServerMessage.Welcome resumeWith(ClientMessage.Resume resume) {
            reopen();
            return greet(resume);
        }

        private ServerMessage.Welcome greet(ClientMessage.@Nullable Resume resume) {
            knock(resume);
            List<ServerMessage> messages = new ArrayList<>(take());
            ServerMessage.Welcome first = (ServerMessage.Welcome) messages.remove(0);
            welcome = first;
            replayed = messages;
            return first;
        }

        /** Says hello and looks at no answer. */
        void knock(ClientMessage.@Nullable Resume resume) {
            hub.onMessage(now, connection, new ClientMessage.Hello(1, List.of(), "token", resume), verdict);
        }

        /** Shows a newer token, which the authorizer says this of. */
        ServerMessage auth(Verdict newer) {
            hub.onMessage(now, connection, new ClientMessage.Auth(id(), "newer", ClientMessage.NO_GOT), newer);
            return output.takeLatest(connection);
        }

        /** What this client would ask to have back. */
        ClientMessage.Resume ticket(long got) {
            ServerMessage.Welcome last = known();
            return new ClientMessage.Resume(last.sid(), last.resume(), last.epoch(), got);
        }

        /** What came behind the latest welcome. */
        List<ServerMessage> replayed = List.of();

        ServerMessage.Welcome known() {
            ServerMessage.Welcome last = welcome;
            assertThat(last).isNotNull();
            return Objects.requireNonNull(last);
        }

        String peer() {
            return known().peer();
        }

        long id() {
            return nextId++;
        }

        void send(ClientMessage message) {
            hub.onMessage(now, connection, message);
        }

        void sendMalformed(Decoded.Reason reason, @Nullable Long id) {
            hub.onMalformed(now, connection, new Decoded.Malformed<>(reason, 0, "no", id));
        }

        List<ServerMessage> take() {
            return output.take(connection);
        }

        /** The one message that came since last asked. */
        ServerMessage takeOne() {
            List<ServerMessage> messages = take();
            assertThat(messages).hasSize(1);
            return messages.get(0);
        }

        /** Sends, and takes what was sent last: the answer. What came before it stays for {@link #take}. */
        ServerMessage ask(ClientMessage message) {
            send(message);
            return output.takeLatest(connection);
        }

        Joined join(String room) {
            ServerMessage answer = ask(new ClientMessage.Join(id(), room, null, Meta.EMPTY, ClientMessage.NO_GOT));
            assertThat(answer).isInstanceOf(ServerMessage.Ok.class);
            return Objects.requireNonNull(((ServerMessage.Ok) answer).joined());
        }

        ErrorCode joinRefused(String room) {
            return errorOf(ask(new ClientMessage.Join(id(), room, null, Meta.EMPTY, ClientMessage.NO_GOT)));
        }

        void leave(String room) {
            assertThat(ask(new ClientMessage.Leave(id(), room, ClientMessage.NO_GOT)))
                    .isInstanceOf(ServerMessage.Ok.class);
        }

        ServerMessage sig(String to, String room, String sdp) {
            return ask(sigMessage(id(), to, room, sdp));
        }

        void drop() {
            hub.onClosed(now, connection, false);
        }

        void closeOnPurpose() {
            hub.onClosed(now, connection, true);
        }

        @Nullable
        CloseCode closed() {
            return output.closeOf(connection);
        }
    }

    static ClientMessage.Sig sigMessage(long id, String to, String room, String sdp) {
        return new ClientMessage.Sig(id, to, room, 1, 1, new Description(SdpType.OFFER, sdp), ClientMessage.NO_GOT);
    }

    static ErrorCode errorOf(ServerMessage message) {
        assertThat(message).isInstanceOf(ServerMessage.Err.class);
        ErrorCode code = ErrorCode.fromNumber(((ServerMessage.Err) message).code());
        return Objects.requireNonNull(code);
    }
}
