package dev.postern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds now, as Linux tells it under {@code /proc}.
 *
 * @param residentBytes memory that is in RAM, VmRSS
 * @param files open file descriptors
 * @param threads threads
 */
record ProcessFigures(long residentBytes, long files, long threads) {

    private static final long KIBIBYTE = 1024;

    static ProcessFigures of(long pid) throws IOException {
        Path process = Path.of("/proc/" + pid);
        long resident = Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
        return new ProcessFigures(resident * KIBIBYTE, count(process.resolve("fd")), count(process.resolve("task")));
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    @Override
    public String toString() {
        return String.format("%.1f MiB resident, %d files, %d threads", residentBytes / 1048576.0, files, threads);
    }
}
