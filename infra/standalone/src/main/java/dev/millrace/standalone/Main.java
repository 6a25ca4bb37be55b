package dev.millrace.standalone;

import dev.millrace.schemas.wire.DeadLetter;
import dev.millrace.standalone.cli.AgentsCommand;
import dev.millrace.standalone.cli.DeadLettersCommand;
import dev.millrace.standalone.cli.DemoCommand;
import dev.millrace.standalone.cli.DoctorCommand;
import dev.millrace.standalone.cli.GiteaCommand;
import dev.millrace.standalone.cli.RunCommand;
import dev.millrace.standalone.cli.TasksCommand;
import dev.millrace.standalone.cli.UpCommand;
import dev.millrace.standalone.cli.UserError;
import java.io.PrintWriter;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line behind the launcher. */
@Command(
        name = "millrace",
        description = "Label an issue, get a pull request.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            UpCommand.class,
            AgentsCommand.class,
            TasksCommand.class,
            DeadLettersCommand.class,
            DoctorCommand.class,
            GiteaCommand.class
        })
public final class Main {
    /** A mistake in what was asked, as shells know it. */
    private static final int USAGE = 2;

    private static final int FAILED = 1;

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        // The practice forge runs on the JDK's HTTP server, which otherwise waits 40 ms for more to send.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var commandLine = new CommandLine(new Main()).setExecutionExceptionHandler((failure, line, _) -> {
            line.getErr().println("millrace: " + DeadLetter.reasonOf(failure));
            return failure instanceof UserError ? USAGE : failed(failure, line.getErr());
        });
        System.exit(commandLine.execute(arguments));
    }

    /** The whole story goes to the log, for whoever has to find out. */
    private static int failed(Exception failure, PrintWriter err) {
        LoggerFactory.getLogger(Main.class).error("the command failed", failure);
        String log = System.getProperty("millrace.log.file");
        if (log != null) {
            err.println("          the log has more: " + log);
        }
        return FAILED;
    }
}
