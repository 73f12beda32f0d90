package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many datagrams Linux dropped at sockets because their receive buffers were full: the last column of {@code /proc/self/net/udp}. Other
 * systems do not tell, and 0 is said for them. A read goes over every UDP socket of the machine's network namespace, so this is for the
 * reader of counters and not for the packet path.
 *
 * @param all what was dropped at all sockets, since they were opened
 * @param control what of that was dropped at sockets that take requests and no data
 */
record KernelDrops(long all, long control) {

    private static final Path IPV4 = Path.of("/proc/self/net/udp");
    private static final Path IPV6 = Path.of("/proc/self/net/udp6");

    private static final int LOCAL_ADDRESS = 1;
    private static final int INODE = 9;
    private static final int DROPS = 12;

    /**
     * The drops of all sockets that are bound to one of these addresses; any thread.
     *
     * @param controlInodes the inodes of those sockets that take requests and no data
     */
    static KernelDrops at(Collection<TransportAddress> bound, Set<String> controlInodes) {
        Set<String> keys = bound.stream().map(KernelDrops::key).collect(Collectors.toUnmodifiableSet());
        KernelDrops drops = new KernelDrops(0, 0);
        for (Path table : new Path[] {IPV4, IPV6}) {
            if (!keys.isEmpty() && Files.isReadable(table)) {
                try (Stream<String> lines = Files.lines(table, StandardCharsets.US_ASCII)) {
                    drops = drops.plus(sum(lines, keys, controlInodes));
                } catch (IOException | UncheckedIOException e) {
                    return drops; // a system that has the file and does not let it be read does not tell either
                }
            }
        }
        return drops;
    }

    private KernelDrops plus(KernelDrops more) {
        return new KernelDrops(all + more.all, control + more.control);
    }

    /** The sum of the last column over the lines of these local addresses; a line of another shape counts for nothing. */
    static KernelDrops sum(Stream<String> lines, Set<String> keys, Set<String> controlInodes) {
        return lines.map(line -> line.strip().split(" +"))
                .filter(columns -> columns.length > DROPS && keys.contains(columns[LOCAL_ADDRESS]))
                .map(columns -> of(columns, controlInodes))
                .reduce(new KernelDrops(0, 0), KernelDrops::plus);
    }

    private static KernelDrops of(String[] columns, Set<String> controlInodes) {
        long drops = digits(columns[columns.length - 1]);
        return new KernelDrops(drops, controlInodes.contains(columns[INODE]) ? drops : 0);
    }

    private static long digits(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    /** An address as the table writes it: words of four bytes, each as a number of this machine, then the port. */
    static String key(TransportAddress address) {
        byte[] bytes = address.toSocketAddress().getAddress().getAddress();
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (words.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", words.getInt()));
        }
        return text.append(String.format(Locale.ROOT, ":%04X", address.port())).toString();
    }
}
