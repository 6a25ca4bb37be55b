package dev.millrace.bench.sandbox;

import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Many bytes in, and many out. */
final class Bulk {
    private static final int MEGABYTES = 256;
    private static final String BYTES = Long.toString((long) MEGABYTES << 20);
    private static final String[] TAKE = {"sh", "-c", "head -c %s > /dev/null".formatted(BYTES)};
    private static final String[] GIVE = {"head", "-c", BYTES, "/dev/zero"};

    private final Series in = new Series();
    private final Series out = new Series();
    private final Series execIn = new Series();
    private final Series execOut = new Series();

    Table measure(Bench bench) throws IOException, InterruptedException {
        try (var sandboxes = bench.sandboxes(0);
                var sandbox = sandboxes.open("", Map.of());
                var container = bench.container()) {
            bench.measure(counts -> {
                rate(
                        in,
                        counts,
                        () -> Bench.succeeded(
                                sandbox.pipe(Bench.command(TAKE), new Zeros(), OutputStream.nullOutputStream())));
                rate(execIn, counts, () -> bench.exec().pipe(container, new Zeros(), TAKE));
                rate(out, counts, () -> {
                    var counted = new Counted();
                    Bench.succeeded(sandbox.pipe(Bench.command(GIVE), InputStream.nullInputStream(), counted));
                    whole(counted.bytes);
                });
                rate(execOut, counts, () -> whole(bench.exec().run(container, GIVE)));
            });
        }
        return new Table(
                "%d MB".formatted(MEGABYTES),
                "exec's stream, the same way",
                List.of(
                        Figure.of("in, through the tether", "MB/s", in, execIn),
                        Figure.of("in, through exec's standard input", "MB/s", execIn, execIn),
                        Figure.of("out, through the tether", "MB/s", out, execOut),
                        Figure.of("out, through exec's standard output", "MB/s", execOut, execOut)));
    }

    private static void rate(Series series, boolean counts, Clock.Work work) throws IOException, InterruptedException {
        long start = System.nanoTime();
        work.run();
        if (counts) {
            series.add(MEGABYTES * 1e9 / (System.nanoTime() - start));
        }
    }

    private static void whole(long bytes) throws IOException {
        if (bytes != (long) MEGABYTES << 20) {
            throw new IOException("%d bytes came out, not %s".formatted(bytes, BYTES));
        }
    }

    /** As many zeros as are measured. */
    private static final class Zeros extends InputStream {
        private long left = (long) MEGABYTES << 20;

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            Arrays.fill(into, offset, offset + count, (byte) 0);
            left -= count;
            return count;
        }
    }

    private static final class Counted extends OutputStream {
        private long bytes;

        @Override
        public void write(int oneByte) {
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes += length;
        }
    }
}
