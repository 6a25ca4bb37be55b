package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What the kernel counts for a container, as the files say that it sees itself; version 1 and 2 of control groups. What
 * is not there (gVisor has less) counts as nothing.
 */
final class Cgroup {
    private static final String PLACE = "/sys/fs/cgroup/";
    private static final int MOST = 8 * 1024;

    /** A container's files. */
    interface Files {
        /** Its first bytes, at most {@code limit}. */
        InputStream read(String path, int limit) throws SystemCallFailed;
    }

    /**
     * Since the container's start.
     *
     * @param killed processes that memory running out cost
     * @param refused processes that were not made, for there were too many
     * @param heldBack how long it waited for its share of processors
     */
    record Counts(long killed, long refused, Duration heldBack) {
        static final Counts NONE = new Counts(0, 0, Duration.ZERO);
    }

    private final Files files;

    Cgroup(Files files) {
        this.files = files;
    }

    Counts counts() {
        String events = text("memory.events");
        return events.isEmpty()
                ? new Counts(
                        number(text("memory/memory.oom_control"), "oom_kill"),
                        number(text("pids/pids.events"), "max"),
                        Duration.ofNanos(number(text("cpu/cpu.stat"), "throttled_time")))
                : new Counts(
                        number(events, "oom_kill"),
                        number(text("pids.events"), "max"),
                        Duration.ofNanos(1000 * number(text("cpu.stat"), "throttled_usec")));
    }

    private String text(String file) {
        try (InputStream in = files.read(PLACE + file, MOST)) {
            return new String(in.readNBytes(MOST), StandardCharsets.US_ASCII);
        } catch (IOException _) {
            return "";
        }
    }

    private static long number(String text, String key) {
        return text.lines()
                .map(line -> line.split(" ", 2))
                .filter(words -> words.length == 2 && words[0].equals(key) && words[1].matches("[0-9]{1,15}"))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElse(0);
    }
}
