package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.FileSystemSpace;
import dev.millrace.worker.sandbox.LimitReached;
import dev.millrace.worker.sandbox.LimitReached.Kind;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import dev.millrace.worker.sandbox.tether.Exit;
import dev.millrace.worker.sandbox.tether.Tether;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.springframework.util.unit.DataSize;

/**
 * Which bounds of one sandbox something inside ran into. Looks only after a command failed, and when asked for all, so
 * that a command that succeeds costs nothing more. Thread-safe.
 */
final class Limits {
    /** Less than this is as good as nothing: what was to be written needed more. */
    private static final long NOTHING_LEFT = 64 * 1024;

    private static final Duration HELD_BACK = Duration.ofSeconds(1);
    private static final int HELD_BACK_PART = 10;
    private static final int SIGXFSZ = 25;

    private final SandboxProperties properties;
    private final Tether tether;
    private final LongSupplier nanos;
    private final long opened;
    private final Cgroup cgroup;
    /** By what tells them apart, in the order in which they were reached. */
    private final Map<String, LimitReached> reached = new LinkedHashMap<>();

    private Cgroup.Counts before = Cgroup.Counts.NONE;

    Limits(SandboxProperties properties, Tether tether, LongSupplier nanos) {
        this.properties = properties;
        this.tether = tether;
        this.nanos = nanos;
        opened = nanos.getAsLong();
        cgroup = new Cgroup((path, limit) -> tether.read(path.getBytes(StandardCharsets.UTF_8), 0, limit));
    }

    /** Those that a command ran into that could not be started. */
    List<LimitReached> refused() {
        return note(counted());
    }

    /**
     * Those that a command ran into.
     *
     * @param limit the command's own
     * @param leftOut bytes of its output that were not kept
     */
    List<LimitReached> after(Exit exit, Duration limit, String stderr, long leftOut) {
        var found = new ArrayList<LimitReached>();
        if (exit.limit()) {
            found.add(new LimitReached(Kind.TIME, "time limit of %s reached".formatted(Words.of(limit))));
        }
        if (leftOut > 0) {
            found.add(new LimitReached(
                    Kind.OUTPUT,
                    "output limit of %s reached: %d bytes were left out"
                            .formatted(Words.of(properties.outputKept()), leftOut)));
        }
        if (exit.shellCode() != 0) {
            failed(exit, stderr, found);
        }
        return note(found);
    }

    private void failed(Exit exit, String stderr, List<LimitReached> found) {
        if (exit.shellCode() == 128 + SIGXFSZ) {
            found.add(new LimitReached(
                    Kind.FILE_SIZE, "file size limit of %s reached".formatted(Words.of(properties.fileSize()))));
        }
        if (complainsOfOpenFiles(stderr)) {
            found.add(new LimitReached(
                    Kind.OPEN_FILES, "limit of %d open files reached".formatted(properties.openFiles())));
        }
        found.addAll(counted());
        found.addAll(used(Sandbox.WORKSPACE, properties.workspaceSize()));
        found.addAll(used("/tmp", properties.tmpSize()));
        found.addAll(used(ContainerSpec.HOME, properties.tmpSize()));
    }

    /** The kernel keeps no count of it; but what the C library, and so nearly every program, says is this. */
    static boolean complainsOfOpenFiles(String stderr) {
        return stderr.contains("Too many open files");
    }

    private List<LimitReached> counted() {
        Cgroup.Counts now = cgroup.counts();
        Cgroup.Counts then = seen(now);
        var found = new ArrayList<LimitReached>();
        if (now.killed() > then.killed()) {
            found.add(new LimitReached(
                    Kind.MEMORY, "memory limit of %s reached".formatted(Words.of(properties.memory()))));
        }
        if (now.refused() > then.refused()) {
            found.add(new LimitReached(Kind.PROCESSES, "limit of %d processes reached".formatted(properties.pids())));
        }
        Duration life = Duration.ofNanos(nanos.getAsLong() - opened);
        if (now.heldBack().compareTo(HELD_BACK) >= 0
                && now.heldBack().multipliedBy(HELD_BACK_PART).compareTo(life) >= 0
                && !isNoted(Kind.CPU.name())) {
            found.add(new LimitReached(
                    Kind.CPU,
                    "CPU limit of %s reached: held back for %d s"
                            .formatted(
                                    Words.of(properties.cpus()), now.heldBack().toSeconds())));
        }
        return found;
    }

    private synchronized Cgroup.Counts seen(Cgroup.Counts now) {
        Cgroup.Counts then = before;
        before = now;
        return then;
    }

    private List<LimitReached> used(String place, DataSize size) {
        FileSystemSpace space;
        try {
            space = tether.space(place);
        } catch (SystemCallFailed _) {
            return List.of();
        }
        var found = new ArrayList<LimitReached>();
        if (space.totalBytes() > 0 && space.freeBytes() < Math.min(NOTHING_LEFT, space.totalBytes() / 2)) {
            found.add(new LimitReached(Kind.SPACE, "size limit of %s, %s, reached".formatted(place, Words.of(size))));
        }
        if (space.totalInodes() > 0 && space.freeInodes() == 0) {
            found.add(new LimitReached(
                    Kind.INODES, "limit of %s, %d files, reached".formatted(place, properties.inodes())));
        }
        return found;
    }

    /** All so far, each once. */
    List<LimitReached> all() {
        try {
            note(counted());
        } catch (SandboxUnavailable _) {
            // It is over: what was noted before is all there is.
        }
        synchronized (this) {
            return List.copyOf(reached.values());
        }
    }

    private synchronized List<LimitReached> note(List<LimitReached> found) {
        for (LimitReached each : found) {
            reached.putIfAbsent(key(each), each);
        }
        return found;
    }

    private synchronized boolean isNoted(String key) {
        return reached.containsKey(key);
    }

    /** Places are told apart; what differs only by numbers is the same limit. */
    private static String key(LimitReached limit) {
        return switch (limit.kind()) {
            case SPACE, INODES -> limit.description();
            case MEMORY, CPU, PROCESSES, FILE_SIZE, OPEN_FILES, OUTPUT, TIME ->
                limit.kind().name();
        };
    }
}
