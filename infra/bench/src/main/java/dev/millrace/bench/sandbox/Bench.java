package dev.millrace.bench.sandbox;

import dev.millrace.bench.peer.Cli;
import dev.millrace.bench.peer.ExecApi;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import dev.millrace.worker.sandbox.docker.SandboxProperties;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * What all parts of the benchmark share.
 *
 * @param rounds how often each thing is measured
 * @param exec the engine's exec API, warmed up by whoever uses it
 * @param progress hears of each round
 */
record Bench(String image, int rounds, ExecApi exec, IntConsumer progress) {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int WARM_UP = 3;

    /** One thing to measure, in turn with others. */
    interface Round {
        void run(boolean counts) throws IOException, InterruptedException;
    }

    /** Runs the rounds, after some that do not count. */
    void measure(Round round) throws IOException, InterruptedException {
        for (int i = 1 - WARM_UP; i <= rounds; i++) {
            progress.accept(Math.max(0, i));
            round.run(i > 0);
        }
    }

    /** Sandboxes as a worker has them. */
    DockerSandboxes sandboxes(int pool) {
        var keys = Map.of("image", image, "pool", Integer.toString(pool), "runtime", runtime());
        var properties = new Binder(new MapConfigurationPropertySource(keys)).bindOrCreate("", SandboxProperties.class);
        return new DockerSandboxes(properties, "bench-" + UUID.randomUUID());
    }

    private static String runtime() {
        return System.getenv().getOrDefault("MILLRACE_WORKER_SANDBOX_RUNTIME", "runc");
    }

    /** Runs a program that must succeed. */
    static void run(Sandbox sandbox, String... argv) throws IOException {
        succeeded(sandbox.run(command(argv)));
    }

    static Command command(String... argv) {
        return new Command(List.of(argv), Map.of(), "/", LIMIT);
    }

    static void succeeded(Ended ended) throws IOException {
        if (!ended.succeeded()) {
            throw new IOException("a command ended with %d: %s".formatted(ended.exitCode(), ended.output()));
        }
    }

    /** A container to run the same in, by Docker's own means. */
    Cli.Container container() throws IOException, InterruptedException {
        return Cli.run(image);
    }
}
