package dev.millrace.bench.report;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every benchmark says, and how: the figures for people or for programs, and meanwhile how far it is. */
public final class Console {
    private static final int WIDTH = 60;

    @Option(names = "--json", description = "print the figures as JSON")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /** Shows how far it is in place of what was shown before; nothing where a program reads. */
    public void tell(String progress) {
        if (!json) {
            PrintWriter err = command().commandLine().getErr();
            err.printf(Locale.ROOT, "\r%-" + WIDTH + "s\r%s", "", progress);
            err.flush();
        }
    }

    /** Prints the result in place of how far it was. */
    public void print(Report report) {
        tell("");
        report.print(out(), json);
    }

    /** Where the result goes. */
    public PrintWriter out() {
        return command().commandLine().getOut();
    }

    /** Whether a program reads the result. */
    public boolean json() {
        return json;
    }

    private CommandSpec command() {
        return Objects.requireNonNull(spec, "picocli sets it");
    }
}
