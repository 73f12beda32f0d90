package dev.postern.peer.model;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Clients with a fault. */
final class ClientMutants {

    private ClientMutants() {}

    static final class AcksTooEarly extends Mutant {

        private final Map<Link, Long> sent = new HashMap<>();

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            said.forEach(one -> sent.merge(link, one.number(), Math::max));
            return said;
        }

        @Override
        List<ClientMessage> toServer(Link link, ClientMessage message) {
            long number = sent.getOrDefault(link, 0L);
            return List.of(number > message.got() ? Restamped.withGot(message, number) : message);
        }
    }

    static final class ClaimsOneMore extends Mutant {

        @Override
        List<ClientMessage> fromClient(Link link, ClientMessage message) {
            if (message instanceof ClientMessage.Hello hello) {
                ClientMessage.Resume old = hello.resume();
                if (old != null) {
                    ClientMessage.Resume more = new ClientMessage.Resume(
                            old.sid(), old.secret(), old.epoch(), old.got() + 1, old.attempt());
                    return List.of(new ClientMessage.Hello(hello.version(), hello.caps(), more));
                }
            }
            return List.of(message);
        }
    }

    static final class NeverCounts extends Mutant {

        @Override
        List<ClientMessage> fromClient(Link link, ClientMessage message) {
            return List.of(Restamped.withAttempt(message, 1));
        }
    }

    static final class KeepsItsNumber extends Mutant {

        private final Map<TestClient, Long> highest = new HashMap<>();

        @Override
        List<ServerMessage> toClient(Link link, ServerMessage message) {
            highest.merge(link.client, message.number(), Math::max);
            boolean begins = message instanceof ServerMessage.Welcome welcome && !welcome.resumed();
            return List.of(begins ? Restamped.withSeq(message, highest.getOrDefault(link.client, 0L)) : message);
        }
    }

    /** What each client has asked over which connection. */
    private abstract static class OfRequests extends Mutant {

        private final Map<TestClient, Map<Long, Link>> asked = new HashMap<>();

        boolean isRepeated(Link link, ClientMessage message) {
            return message instanceof ClientMessage.Request request
                    && asked.computeIfAbsent(link.client, key -> new HashMap<>())
                                    .putIfAbsent(request.id(), link)
                            != null;
        }
    }

    static final class NeverRepeats extends OfRequests {

        @Override
        List<ClientMessage> fromClient(Link link, ClientMessage message) {
            return isRepeated(link, message) ? List.of() : List.of(message);
        }
    }

    static final class RepeatsUnderANewId extends OfRequests {

        private static final long ANOTHER_ID = 1_000_000;

        @Override
        List<ClientMessage> fromClient(Link link, ClientMessage message) {
            return isRepeated(link, message) && message instanceof ClientMessage.Request request
                    ? List.of(Restamped.withId(request, request.id() + ANOTHER_ID))
                    : List.of(message);
        }

        @Override
        List<ServerMessage> toClient(Link link, ServerMessage message) {
            long re = Restamped.re(message);
            return List.of(re > ANOTHER_ID ? Restamped.withRe(message, re - ANOTHER_ID) : message);
        }
    }

    static final class NeverJoinsAgain extends Mutant {

        private final Set<String> joined = new HashSet<>();

        @Override
        List<ClientMessage> fromClient(Link link, ClientMessage message) {
            boolean again = message instanceof ClientMessage.Join join && !joined.add(join.name() + link.client.name);
            return again ? List.of() : List.of(message);
        }
    }
}
