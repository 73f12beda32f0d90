package dev.postern.peer.model;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Servers with a fault. */
final class ServerMutants {

    private static final long ANOTHER_ID = 1_000_000;

    private ServerMutants() {}

    private static boolean isReplay(List<ServerMessage> said, boolean toHello) {
        return toHello && said.stream().anyMatch(one -> one instanceof ServerMessage.Welcome w && w.resumed());
    }

    static final class ForgetsToReplay extends Mutant {

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            return isReplay(said, toHello) ? said.subList(0, 1) : said;
        }
    }

    static final class ReplaysOneTooFew extends Mutant {

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            if (!isReplay(said, toHello) || said.size() < 2) {
                return said;
            }
            List<ServerMessage> fewer = new ArrayList<>(said);
            fewer.remove(1);
            return fewer;
        }
    }

    static final class WelcomeNotFirst extends Mutant {

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            List<ServerMessage> rotated = new ArrayList<>(said);
            if (isReplay(said, toHello)) {
                Collections.rotate(rotated, -1);
            }
            return rotated;
        }
    }

    static final class SwapsInReplay extends Mutant {

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            List<ServerMessage> swapped = new ArrayList<>(said);
            if (isReplay(said, toHello) && said.size() > 2) {
                Collections.swap(swapped, said.size() - 1, said.size() - 2);
            }
            return swapped;
        }
    }

    static final class NumbersTwice extends Mutant {

        private static final int EVERY = 5;
        private int count;

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            return said.stream().map(this::numbered).toList();
        }

        private ServerMessage numbered(ServerMessage message) {
            boolean again = message instanceof ServerMessage.Sig && message.number() > 1 && ++count % EVERY == 0;
            return again ? Restamped.withSeq(message, message.number() - 1) : message;
        }
    }

    static final class RelaysTwice extends Mutant {

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            List<ServerMessage> more = new ArrayList<>();
            for (ServerMessage one : said) {
                more.add(one);
                if (one instanceof ServerMessage.Sig && link.up.isEmpty()) {
                    more.add(Restamped.withSeq(one, one.number() + 1));
                }
            }
            return more;
        }
    }

    static final class ForgetsBack extends Mutant {

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            return said.stream()
                    .filter(one ->
                            !(one instanceof ServerMessage.PeerChange change && change.event() == PeerEvent.BACK))
                    .toList();
        }
    }

    static final class ExecutesAgain extends Mutant {

        private final Map<Oracle.Seat, Set<Long>> known = new HashMap<>();

        @Override
        List<ClientMessage> toServer(Link link, ClientMessage message) {
            Oracle.Seat seat = link.seat;
            if (seat != null && message instanceof ClientMessage.Request request) {
                boolean isNew =
                        known.computeIfAbsent(seat, key -> new HashSet<>()).add(request.id());
                return List.of(isNew ? request : Restamped.withId(request, request.id() + ANOTHER_ID));
            }
            return List.of(message);
        }

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            return said.stream()
                    .map(one -> Restamped.re(one) > ANOTHER_ID
                            ? Restamped.withRe(one, Restamped.re(one) - ANOTHER_ID)
                            : one)
                    .toList();
        }
    }

    static final class AnswersOutOfOrder extends Mutant {

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            return said.stream()
                    .filter(one -> !(toHello && one instanceof ServerMessage.Ok))
                    .map(one ->
                            one instanceof ServerMessage.Ok ? Restamped.withSeq(one, ServerMessage.UNNUMBERED) : one)
                    .toList();
        }
    }

    /** Of a thief, or of a client whose hello was under way for long. */
    static final class SecretStaysGood extends Mutant {

        private final boolean ofThieves;
        private final Map<String, String> latest = new HashMap<>();

        SecretStaysGood(boolean ofThieves) {
            this.ofThieves = ofThieves;
        }

        @Override
        List<ClientMessage> toServer(Link link, ClientMessage message) {
            if (message instanceof ClientMessage.Hello hello && (link.number < 0) == ofThieves) {
                ClientMessage.Resume old = hello.resume();
                if (old != null && latest.containsKey(old.sid())) {
                    String secret = Objects.requireNonNull(latest.get(old.sid()));
                    ClientMessage.Resume good = new ClientMessage.Resume(old.sid(), secret, old.epoch(), old.got());
                    return List.of(new ClientMessage.Hello(hello.version(), hello.caps(), good));
                }
            }
            return List.of(message);
        }

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            for (ServerMessage one : said) {
                if (one instanceof ServerMessage.Welcome welcome) {
                    latest.put(welcome.sid(), welcome.resume());
                }
            }
            return said;
        }
    }

    static final class IgnoresAttempts extends Mutant {

        @Override
        List<ClientMessage> toServer(Link link, ClientMessage message) {
            return List.of(Restamped.withAttempt(message, ClientMessage.Resume.UNCOUNTED));
        }
    }

    static final class GivesUpAfterALateHello extends Mutant {

        @Override
        List<ServerMessage> fromServer(Link link, List<ServerMessage> said, boolean toHello) {
            return said.stream()
                    .map(one -> one instanceof ServerMessage.Bye bye && bye.code() == CloseCode.HELLO_TIMEOUT.number()
                            ? new ServerMessage.Bye(bye.code(), Advice.RECONNECT, bye.afterMillis())
                            : one)
                    .toList();
        }
    }

    static final class WindowTooShort extends Mutant {

        @Override
        SignalingConfig config(Setup setup, SignalingConfig config) {
            return setup.builder()
                    .time(SignalingTime.RESUME_WINDOW, Duration.ofSeconds(25))
                    .build();
        }
    }

    static final class RingOneShort extends Mutant {

        @Override
        SignalingConfig config(Setup setup, SignalingConfig config) {
            int fewer = Math.max(SignalingLimit.RESUME_MESSAGES.min(), setup.ringMessages() - 1);
            return setup.builder().limit(SignalingLimit.RESUME_MESSAGES, fewer).build();
        }
    }
}
