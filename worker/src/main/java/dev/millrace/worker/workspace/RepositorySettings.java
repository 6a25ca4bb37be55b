package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a repository says of itself in the commit that is worked on: never in the workspace, where an agent could write
 * it. What it may have of that, the operator says.
 *
 * @param image that its tasks run in; empty if it names none
 * @param agent that does the work; empty if it names none
 * @param model that the agent uses; empty if it names none
 * @param setUp shell commands before the agent
 * @param verify shell commands after the agent, which say whether the result is good
 * @param rounds how often the agent is told that they failed; null if it does not say
 * @param whenVerifyFails what becomes of a result that does not pass; null if it does not say
 * @param limits of the agent
 * @param rules how to work in this repository, in words
 * @param notes for people, on what in the file means nothing to this worker
 */
public record RepositorySettings(
        String image,
        String agent,
        String model,
        List<String> setUp,
        List<String> verify,
        @Nullable Integer rounds,
        @Nullable WhenVerifyFails whenVerifyFails,
        Limits limits,
        List<Rules> rules,
        List<String> notes) {

    /** Where it says so, at its root. */
    public static final String FILE = ".millrace.yml";

    /** For agents of all kinds, beside Millrace's own file. */
    static final String AGENTS_FILE = "AGENTS.md";

    /** The most of it that agents are shown by Millrace, in bytes; they may read on in the workspace. */
    static final int MOST_RULES = 24 << 10;

    /** Of a repository that says nothing. */
    public static final RepositorySettings NONE =
            new RepositorySettings("", "", "", List.of(), List.of(), null, null, Limits.NONE, List.of(), List.of());

    public RepositorySettings {
        setUp = List.copyOf(setUp);
        verify = List.copyOf(verify);
        rules = List.copyOf(rules);
        notes = List.copyOf(notes);
    }

    /** What becomes of changes that do not pass the repository's verification. */
    public enum WhenVerifyFails {
        /** They are proposed as work in progress. */
        WIP,
        /** They are dropped. */
        NOTHING
    }

    /** Of the agent; null where the repository does not say. */
    public record Limits(
            @Nullable Duration time,
            @Nullable Duration commandTime,
            @Nullable Integer steps) {
        static final Limits NONE = new Limits(null, null, null);
    }

    /**
     * How to work in this repository.
     *
     * @param file that says so
     */
    public record Rules(String file, String text) {}

    /**
     * Reads the commit's files.
     *
     * @throws RepositoryRefused if Millrace's own makes no sense, with the line and the remedy
     * @throws RepositoryUnavailable if the commit's objects cannot be read
     */
    public static RepositorySettings of(Checkout checkout) {
        try {
            var own = checkout.file(FILE, RepositoryFile.LIMIT)
                    .map(content -> RepositoryFile.read(new String(content, UTF_8)))
                    .orElse(NONE);
            return agentsFile(checkout).map(own::beside).orElse(own);
        } catch (IOException unreadable) {
            checkout.suspect();
            throw new RepositoryUnavailable(
                    "the settings in commit %s cannot be read: %s"
                            .formatted(checkout.baseCommit(), unreadable.getMessage()),
                    unreadable);
        }
    }

    private static Optional<Rules> agentsFile(Checkout checkout) throws IOException {
        return checkout.head(AGENTS_FILE, MOST_RULES)
                .map(content -> new Rules(
                        AGENTS_FILE,
                        new String(content, UTF_8)
                                + (content.length < MOST_RULES ? "" : "\n[cut here: read on in the file itself]")));
    }

    private RepositorySettings beside(Rules others) {
        var all = new ArrayList<Rules>();
        all.add(others);
        all.addAll(rules);
        return new RepositorySettings(image, agent, model, setUp, verify, rounds, whenVerifyFails, limits, all, notes);
    }
}
