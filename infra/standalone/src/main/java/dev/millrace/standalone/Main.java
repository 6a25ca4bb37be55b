package dev.millrace.standalone;

import dev.millrace.standalone.cli.DemoCommand;
import dev.millrace.standalone.cli.RunCommand;
import dev.millrace.standalone.cli.UpCommand;
import dev.millrace.standalone.cli.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line behind the launcher. */
@Command(
        name = "millrace",
        description = "Label an issue, get a pull request.",
        mixinStandardHelpOptions = true,
        subcommands = {DemoCommand.class, RunCommand.class, UpCommand.class})
public final class Main {
    /** A mistake in what was asked, as shells know it. */
    private static final int USAGE = 2;

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        var commandLine = new CommandLine(new Main()).setExecutionExceptionHandler((failure, line, _) -> {
            if (failure instanceof UserError) {
                line.getErr().println("millrace: " + failure.getMessage());
                return USAGE;
            }
            throw failure;
        });
        System.exit(commandLine.execute(arguments));
    }
}
