package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.util.List;

/** Holds a script in its sandbox until the test lets it go on, so that what happens meanwhile needs no guessed times. */
final class Gate {
    /** A command of the script; fails after a minute, so that a test that broke does not hold a sandbox for long. */
    static final String WAIT = "for i in $(seq 600); do [ -e /tmp/open ] && exit 0; sleep 0.1; done; exit 1";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Gate() {}

    /** Lets the task's attempt that runs go on; one at a time has a sandbox. */
    static void open(TaskId task) throws InterruptedException {
        try (var engine = new Engine()) {
            List<Container> running = await("a sandbox of task " + task)
                    .atMost(LIMIT)
                    .until(() -> engine.sandboxes(task), sandboxes -> sandboxes.size() == 1);
            engine.run(running.getFirst(), "touch", "/tmp/open");
        }
    }
}
