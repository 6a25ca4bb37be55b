package dev.millrace.standalone.doctor;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at everything, one after the other. */
public final class Doctor {
    private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);

    private final List<Check> checks;

    Doctor(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    /**
     * All checks that the environment asks for.
     *
     * @param environment the variables that {@code up} reads
     * @param ports where {@code up} would listen
     * @param repositories {@code OWNER/REPO} of those to look at
     */
    public static Doctor of(Map<String, String> environment, Ports ports, List<String> repositories) {
        var settings = new Settings(environment);
        var forge = new ForgeChecks(settings);
        return new Doctor(Stream.of(
                        MachineChecks.of(settings, ports).stream(),
                        BrokerChecks.of(settings).stream(),
                        forge.ofTheForge().stream(),
                        repositories.stream().flatMap(repo -> forge.of(repo).stream()),
                        Stream.of(MachineChecks.model(settings)))
                .flatMap(all -> all)
                .toList());
    }

    /** The check of that name alone. */
    Doctor only(String name) {
        return new Doctor(
                checks.stream().filter(check -> check.name().equals(name)).toList());
    }

    /** Where {@code up} listens: for webhooks, as a broker and as a registry. */
    public record Ports(int webhooks, int broker, int registry) {}

    /** Tells each finding as soon as it is there; whether nothing was wrong. */
    public boolean look(BiConsumer<Check, Finding> found) {
        boolean well = true;
        for (Check check : checks) {
            var finding = examined(check);
            found.accept(check, finding);
            well &= !(finding instanceof Finding.Wrong);
        }
        return well;
    }

    private static Finding examined(Check check) {
        try {
            return check.look();
        } catch (Trouble trouble) {
            return new Finding.Wrong(trouble.saw(), trouble.remedy());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Finding.Skipped("interrupted");
        } catch (Exception failed) {
            LOG.warn("the check of {} failed", check.name(), failed);
            return new Finding.Wrong(
                    "%s: %s".formatted(check.name(), reason(failed)), "see the log for the whole story");
        }
    }

    private static String reason(Throwable failed) {
        return failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage();
    }
}
