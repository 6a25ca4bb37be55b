package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Sandbox;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A worker of its own process, with sandboxes in which commands run, for tests that take it away. */
final class Holder {
    static final int SANDBOXES = 3;

    private Holder() {}

    /**
     * Says "ready" when it has them.
     *
     * @param arguments the worker's name, the silence in seconds after which its sandboxes end, and how many are ready
     */
    public static void main(String[] arguments) throws IOException {
        var sandboxes = new DockerSandboxes(
                RealDocker.properties(Map.of("pool", arguments[2])),
                arguments[0],
                new Engine(Duration.ofSeconds(20)),
                Duration.ofSeconds(Long.parseLong(arguments[1])),
                UnaryOperator.identity());
        for (int each = 0; each < SANDBOXES; each++) {
            Sandbox sandbox = sandboxes.open("", Map.of("task", "t" + each));
            sandbox.run(
                    Command.shell("setsid sh -c 'trap \"\" TERM HUP; sleep 4000' & exit 0", Duration.ofSeconds(20)));
            Thread.ofVirtual()
                    .start(() -> sandbox.run(new Command(
                            List.of("sh", "-c", "trap '' TERM HUP; sleep 4000; sleep 4000"),
                            Map.of(),
                            Sandbox.WORKSPACE,
                            Duration.ofHours(1))));
        }
        System.out.println("ready");
        // Nobody says anything: this ends with whoever started it.
        System.exit(System.in.read() < 0 ? 0 : 1);
    }
}
