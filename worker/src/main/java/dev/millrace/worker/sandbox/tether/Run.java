package dev.millrace.worker.sandbox.tether;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A command for the other end.
 *
 * @param argv program and arguments
 * @param environment added to the container's own
 * @param directory absolute path inside
 * @param limit the longest it may run; then its process group gets SIGTERM
 * @param grace after that, until all that it started is killed
 * @param input whether it gets standard input; else it reads /dev/null
 */
public record Run(
        List<String> argv,
        Map<String, String> environment,
        String directory,
        Duration limit,
        Duration grace,
        boolean input) {
    public Run {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        for (String name : environment.keySet()) {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("no variable can have the name '" + name + "'");
            }
        }
    }
}
