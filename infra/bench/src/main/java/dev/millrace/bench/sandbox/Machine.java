package dev.millrace.bench.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringTokenizer;

/** What Linux says of this machine as a whole; the engine must run on it too. */
final class Machine {
    /** Linux tells these times to programs in hundredths of a second, whatever the kernel's own clock is. */
    private static final double TICK_MILLIS = 10;

    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    private static final int GUEST = 8;

    private Machine() {}

    /** Processor time that anything has used, in milliseconds. */
    static double processorMillis() throws IOException {
        var times =
                new StringTokenizer(Files.readAllLines(Path.of("/proc/stat")).getFirst());
        times.nextToken(); // "cpu"
        double used = 0;
        for (int i = 0; i < GUEST && times.hasMoreTokens(); i++) {
            double time = Double.parseDouble(times.nextToken());
            used += i == IDLE || i == IO_WAIT ? 0 : time;
        }
        return used * TICK_MILLIS;
    }

    /** Memory that could be used for something new, in MB. */
    static double availableMegabytes() throws IOException {
        return field(Path.of("/proc/meminfo"), "MemAvailable:");
    }

    /** A process's share of memory, in MB: its own, and its part of what it shares with others. */
    static double shareOf(long pid) throws IOException {
        return field(Path.of("/proc/%d/smaps_rollup".formatted(pid)), "Pss:");
    }

    static long parentOf(long pid) throws IOException {
        return (long) (field(Path.of("/proc/%d/status".formatted(pid)), "PPid:") * 1024);
    }

    private static double field(Path file, String name) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow(() -> new IOException("%s does not tell %s".formatted(file, name)));
    }
}
