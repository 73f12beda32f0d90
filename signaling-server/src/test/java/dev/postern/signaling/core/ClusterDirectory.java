package dev.postern.signaling.core;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The names that only one node of a cluster may have, and where sessions are that moved: reached as the nodes reach each other. */
final class ClusterDirectory {

    private static final String SELF = "directory";
    /** As long as sessions are kept for their clients. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ClusterNet net;
    private final Map<String, String> owners = new HashMap<>();
    private final Map<String, Registered> registered = new HashMap<>();
    /** What nodes said about rooms and is not taken yet. */
    private final Map<String, Word> words = new LinkedHashMap<>();

    private record Registered(String node, long untilNanos) {}

    private record Word(ClusterNet.Member from, Runnable what) {}

    ClusterDirectory(ClusterNet net) {
        this.net = net;
    }

    void claim(ClusterNet.Member from, String room) {
        take(from, room, from.id());
    }

    void take(ClusterNet.Member from, String room, String giver) {
        words.remove(from.id() + " " + room);
        ask(from, () -> {
            String owner = owners.get(room);
            String now = owner == null || owner.equals(giver) || !net.isPresent(owner) ? from.id() : owner;
            owners.put(room, now);
            answer(from, () -> from.nodes().onClaimed(net.nowNanos, room, now));
        });
    }

    void release(ClusterNet.Member from, String room) {
        say(from, room, () -> owners.remove(room, from.id()));
    }

    void register(ClusterNet.Member from, String sid) {
        ask(from, () -> registered.put(sid, new Registered(from.id(), net.nowNanos + KEPT_NANOS)));
    }

    void locate(ClusterNet.Member from, String sid) {
        ask(from, () -> {
            Registered known = registered.get(sid);
            String node = known == null || known.untilNanos() < net.nowNanos ? null : known.node();
            answer(from, () -> from.nodes().onLocated(net.nowNanos, sid, node));
        });
    }

    private void ask(ClusterNet.Member from, Runnable what) {
        if (net.reaches(from.id())) {
            net.carry(from.id(), SELF, () -> {
                if (net.reaches(from.id())) {
                    what.run();
                }
            });
        }
    }

    private void answer(ClusterNet.Member to, Runnable what) {
        net.carry(SELF, to.id(), () -> {
            if (net.reaches(to.id())) {
                what.run();
            }
        });
    }

    /** The latest word of a node about a room is said again until it is taken. */
    private void say(ClusterNet.Member from, String room, Runnable what) {
        String about = from.id() + " " + room;
        Word word = new Word(from, what);
        words.put(about, word);
        ask(from, () -> {
            what.run();
            words.remove(about, word);
        });
    }

    /** It can be reached again. */
    void sayAgain() {
        List.copyOf(words.entrySet())
                .forEach(each -> ask(each.getValue().from(), () -> {
                    if (words.remove(each.getKey(), each.getValue())) {
                        each.getValue().what().run();
                    }
                }));
    }

    /** It has lost its memory. */
    void forget() {
        owners.clear();
        registered.clear();
    }

    @Nullable
    String ownerOf(String room) {
        String owner = owners.get(room);
        return owner != null && net.isPresent(owner) ? owner : null;
    }

    int nameCount() {
        return (int) owners.values().stream().filter(net::isPresent).count();
    }
}
