package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.time.InstantSource;
import java.util.Locale;
import java.util.regex.Pattern;

/** Who may start tasks, and how many. Fails closed: where the forge gives no answer, nobody is allowed. Thread-safe. */
final class WhoMay {
    /** Accounts that the forge itself acts with, and the names that machines are given. */
    private static final Pattern MACHINE =
            Pattern.compile("(?:gitea|forgejo)-actions|ghost|renovate|dependabot|.*[-_]bot|bot[-_].*|.*\\[bot]");

    private final WhoProperties properties;
    private final Triggers.Forge forge;
    private final Rate users;
    private final Rate issues;

    WhoMay(WhoProperties properties, Triggers.Forge forge, InstantSource clock) {
        this.properties = properties;
        this.forge = forge;
        this.users = new Rate(properties.perUser(), properties.within(), clock);
        this.issues = new Rate(properties.perIssue(), properties.within(), clock);
    }

    /** Bots that are not listed are not even answered, so that two of them never talk to each other. */
    boolean isMachine(String login) {
        return MACHINE.matcher(login.toLowerCase(Locale.ROOT)).matches()
                && properties.bots().stream().noneMatch(login::equalsIgnoreCase);
    }

    /**
     * Whether the person may start tasks in the repository.
     *
     * @throws RuntimeException of the port, where the forge gave no answer
     */
    boolean may(RepoId repo, String login) {
        return properties.users().stream().anyMatch(login::equalsIgnoreCase)
                || (properties.writers() && forge.mayWrite(repo, login))
                || properties.teams().stream().anyMatch(team -> isIn(team, login));
    }

    /** Counts the task for the person. */
    boolean isWithinPersonsRate(String login, TaskId task) {
        return users.takes(login.toLowerCase(Locale.ROOT), task);
    }

    /** Counts the task for the issue. */
    boolean isWithinIssuesRate(ForgeEvent.Issue issue, TaskId task) {
        return issues.takes(issue.repo().key() + "#" + issue.number(), task);
    }

    private boolean isIn(String team, String login) {
        int slash = team.indexOf('/');
        return forge.isMember(team.substring(0, slash), team.substring(slash + 1), login);
    }
}
