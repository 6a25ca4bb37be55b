package dev.millrace.bench.gateway;

import dev.millrace.bench.report.Table;
import dev.millrace.worker.model.gateway.Gateway;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import dev.millrace.worker.sandbox.docker.SandboxProperties;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Calls of a program in a sandbox: by a port that leads to the model as it is, and by the gateway. */
final class FromSandbox {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int WARM_UP = 100;
    private static final int WAYS = 4;
    /** Takes the two bodies from its input; says the nanoseconds of each call, four in a line. */
    private static final String CLIENT = """
            import http.client, sys, time
            relay, gateway, rounds = map(int, sys.argv[1:])
            bodies = sys.stdin.buffer.read().split(b"\\n")
            ways = [(http.client.HTTPConnection("127.0.0.1", port, timeout=60), body)
                    for body in bodies for port in (relay, gateway)]
            def ask(connection, body):
                start = time.perf_counter_ns()
                connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    sys.exit("answered %d" % answer.status)
                return time.perf_counter_ns() - start
            for _ in range(rounds):
                print(*(ask(*way) for way in ways))
            """;

    private final Pairs whole = new Pairs();
    private final Pairs stream = new Pairs();

    List<Table> measure(String image, int rounds, IntConsumer progress) throws IOException {
        progress.accept(0);
        try (var sandboxes = sandboxes(image);
                var sandbox = sandboxes.open("", Map.of());
                var model = new Model();
                var relay = new Relay(sandbox.listen(0), model.address())) {
            model.gateway().serve(sandbox.listen(Gateway.PORT));
            List<String> lines = run(sandbox, relay.port(), rounds);
            lines.subList(WARM_UP, lines.size()).forEach(this::add);
        }
        progress.accept(rounds);
        return List.of(
                whole.table("in a sandbox: a whole answer", "by a port of the tether"),
                stream.table("in a sandbox: a stream, to its end", "by a port of the tether"));
    }

    private static List<String> run(Sandbox sandbox, int relay, int rounds) throws IOException {
        var command = new Command(
                List.of(
                        "python3",
                        "-c",
                        CLIENT,
                        Integer.toString(relay),
                        Integer.toString(Gateway.PORT),
                        Integer.toString(rounds + WARM_UP)),
                Map.of(),
                "/",
                LIMIT);
        String bodies = Model.body(false) + "\n" + Model.body(true);
        var out = new ByteArrayOutputStream();
        Ended ended = sandbox.pipe(command, new ByteArrayInputStream(bodies.getBytes(StandardCharsets.UTF_8)), out);
        if (!ended.succeeded()) {
            throw new IOException("the calls ended with %d: %s".formatted(ended.exitCode(), ended.stderr()));
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private void add(String line) {
        String[] nanos = line.split(" ", -1);
        if (nanos.length != WAYS) {
            throw new IllegalStateException("not four times: " + line);
        }
        whole.add(Long.parseLong(nanos[0]), Long.parseLong(nanos[1]));
        stream.add(Long.parseLong(nanos[2]), Long.parseLong(nanos[3]));
    }

    private static DockerSandboxes sandboxes(String image) {
        var keys = Map.of("image", image, "pool", "0", "runtime", runtime());
        var properties = new Binder(new MapConfigurationPropertySource(keys)).bindOrCreate("", SandboxProperties.class);
        return new DockerSandboxes(properties, "bench-" + UUID.randomUUID());
    }

    private static String runtime() {
        return System.getenv().getOrDefault("MILLRACE_WORKER_SANDBOX_RUNTIME", "runc");
    }
}
