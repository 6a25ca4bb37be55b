package dev.millrace.standalone.cli;

import dev.millrace.standalone.doctor.Check;
import dev.millrace.standalone.doctor.Doctor;
import dev.millrace.standalone.doctor.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Tells what is missing before Millrace can work. */
@Command(
        name = "doctor",
        description = {
            "Looks at everything that ./millrace up needs, with the same variables, and",
            "says what to do about what is wrong. Changes nothing.",
            "",
            "With GITEA_ADMIN_TOKEN_FILE, a token of somebody who administers them, it",
            "also looks at the webhooks of the repositories that are named.",
            "",
            "Ends with 0 if nothing is wrong, and with 1 otherwise."
        },
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    @Parameters(paramLabel = "OWNER/REPO", arity = "0..*", description = "repositories to look at, too")
    private List<String> repositories = List.of();

    @Option(names = "--json", description = "one JSON object for each check, one a line")
    private boolean json;

    @Option(names = "--port", description = "where webhooks come in (default: ${DEFAULT-VALUE})")
    private int port = 8090;

    @Option(names = "--broker-port", description = "of the embedded broker (default: ${DEFAULT-VALUE})")
    private int brokerPort = 19092;

    @Option(names = "--registry-port", description = "of the embedded registry (default: ${DEFAULT-VALUE})")
    private int registryPort = 18081;

    @Spec
    private @Nullable CommandSpec spec;

    private final Map<String, String> environment;

    /** With the process's environment. */
    public DoctorCommand() {
        this(System.getenv());
    }

    DoctorCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        PrintWriter out =
                Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
        var mapper = JsonMapper.builder().build();
        var doctor = Doctor.of(environment, new Doctor.Ports(port, brokerPort, registryPort), repositories);
        boolean well = doctor.look((check, finding) -> {
            if (json) {
                out.println(mapper.createObjectNode()
                        .put("check", check.name())
                        .put("found", finding.word())
                        .put("saw", finding.saw())
                        .put("remedy", finding.advice()));
            } else {
                tell(out, check, finding);
            }
            out.flush();
        });
        return well ? 0 : 1;
    }

    private static void tell(PrintWriter out, Check check, Finding finding) {
        out.printf("  %-9s %s: %s%n", finding.word(), check.name(), finding.saw());
        if (!finding.advice().isEmpty()) {
            out.printf("            → %s%n", finding.advice());
        }
    }
}
