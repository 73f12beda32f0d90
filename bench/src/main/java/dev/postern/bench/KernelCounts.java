package dev.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What Linux has counted since it booted that tells a program's loss from the machine's.
 *
 * @param overflows UDP datagrams that found a socket's buffer full, of any program
 * @param atListener those of sockets at the server's port alone
 * @param stolenMillis CPU time that the host of a virtual machine gave to others, of all CPUs
 */
record KernelCounts(long overflows, long atListener, long stolenMillis) {

    private static final String OVERFLOWS = "RcvbufErrors";
    private static final int STOLEN = 8;
    private static final int MILLIS_PER_TICK = 10;
    private static final int LOCAL = 1;
    private static final int HEX = 16;

    /** Now. */
    static KernelCounts read(int port) throws IOException {
        return of(lines("/proc/net/snmp"), lines("/proc/net/udp"), lines("/proc/stat"), port);
    }

    private static List<String> lines(String file) throws IOException {
        return Files.readAllLines(Path.of(file));
    }

    /** By the lines of {@code /proc/net/snmp}, {@code /proc/net/udp} and {@code /proc/stat}. */
    static KernelCounts of(List<String> snmp, List<String> sockets, List<String> stat, int port) {
        String[] cpu = words(stat.get(0));
        long stolen = cpu.length > STOLEN ? Long.parseLong(cpu[STOLEN]) * MILLIS_PER_TICK : 0;
        return new KernelCounts(overflowsIn(snmp), dropsAt(sockets, port), stolen);
    }

    /** The first of the two lines that begin with {@code Udp:} names the numbers of the second. */
    private static long overflowsIn(List<String> snmp) {
        List<String> udp = snmp.stream().filter(line -> line.startsWith("Udp:")).toList();
        if (udp.size() < 2) {
            return 0;
        }
        int at = List.of(words(udp.get(0))).indexOf(OVERFLOWS);
        return at < 0 ? 0 : Long.parseLong(words(udp.get(1))[at]);
    }

    /** The last word of a line is what the socket dropped, the second one its address, in hex. */
    private static long dropsAt(List<String> sockets, int port) {
        long drops = 0;
        for (String line : sockets.subList(Math.min(1, sockets.size()), sockets.size())) {
            String[] words = words(line);
            String local = words[LOCAL];
            if (Integer.parseInt(local.substring(local.indexOf(':') + 1), HEX) == port) {
                drops += Long.parseLong(words[words.length - 1]);
            }
        }
        return drops;
    }

    private static String[] words(String line) {
        return line.strip().split("\\s+");
    }

    /** What was counted from this reading to the later one. */
    KernelCounts until(KernelCounts later) {
        return new KernelCounts(
                later.overflows - overflows, later.atListener - atListener, later.stolenMillis - stolenMillis);
    }

    /** As members of a JSON object. */
    String json() {
        return String.format(
                Locale.ROOT,
                "\"overflows\":%d,\"listener_overflows\":%d,\"stolen_ms\":%d",
                overflows,
                atListener,
                stolenMillis);
    }
}
