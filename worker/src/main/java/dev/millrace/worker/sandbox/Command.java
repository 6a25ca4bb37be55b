package dev.millrace.worker.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What to run inside.
 *
 * @param argv program and arguments, no shell in between
 * @param environment beside what every command gets ({@code HOME}, {@code PATH}, {@code USER}, …)
 * @param directory absolute path inside
 * @param limit the longest it may run; then its whole process group is killed
 */
public record Command(List<String> argv, Map<String, String> environment, String directory, Duration limit) {
    public Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("a command's limit must be positive, not " + limit);
        }
    }

    /** A script for {@code sh} in the workspace. */
    public static Command shell(String script, Duration limit) {
        return new Command(List.of("sh", "-c", script), Map.of(), Sandbox.WORKSPACE, limit);
    }
}
