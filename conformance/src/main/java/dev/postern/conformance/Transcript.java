package dev.postern.conformance;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All that was sent and received while a case ran, in order. */
public final class Transcript {

    /**
     * One step.
     *
     * @param at when, since the case began
     * @param words who sent what to whom, or a remark
     * @param bytes what was sent, from position 0 to its limit; empty for a remark or an empty datagram
     * @param payload whether the bytes are an application's, and not STUN or ChannelData
     */
    public record Entry(Duration at, String words, ByteBuffer bytes, boolean payload) {

        /** The bytes with what they mean. */
        public List<HexNotes.Line> lines() {
            return payload ? HexNotes.plain(bytes.duplicate()) : HexNotes.of(bytes.duplicate());
        }
    }

    private final World world;
    private final long start;
    private final List<Entry> entries = new ArrayList<>();

    Transcript(World world) {
        this.world = world;
        this.start = world.nowNanos();
    }

    /** A message between a client and the server. */
    void add(String words, ByteBuffer bytes) {
        add(words, bytes, false);
    }

    /** Application data between a peer and a relay. */
    void addPayload(String words, ByteBuffer bytes) {
        add(words, bytes, true);
    }

    private void add(String words, ByteBuffer bytes, boolean payload) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        copy.put(bytes.duplicate()).flip();
        entries.add(new Entry(Duration.ofNanos(world.nowNanos() - start), words, copy, payload));
    }

    void remark(String words) {
        add(words, ByteBuffer.allocate(0));
    }

    /** The steps so far. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** The whole as text, for a terminal. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(String.format("%7.3f s  %s%n", entry.at().toNanos() / 1e9, entry.words()));
            entry.lines().forEach(line -> text.append(String.format("    %-47s  %s%n", line.hex(), line.words())));
        }
        return text.toString();
    }
}
