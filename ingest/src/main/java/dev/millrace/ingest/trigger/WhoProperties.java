package dev.millrace.ingest.trigger;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may start tasks, and how many.
 *
 * @param writers whether whoever may write to the repository may
 * @param users logins that may as well
 * @param teams whose members may as well, as {@code organisation/team}
 * @param bots logins of bots that may ask like people; all others are not listened to
 * @param perUser tasks that one person may start within the span
 * @param perIssue tasks that may be started on one issue or pull request within the span
 * @param within the span
 */
@ConfigurationProperties("millrace.ingest.who")
public record WhoProperties(
        @DefaultValue("true") boolean writers,
        @DefaultValue List<String> users,
        @DefaultValue List<String> teams,
        @DefaultValue List<String> bots,
        @DefaultValue("60") int perUser,
        @DefaultValue("20") int perIssue,
        @DefaultValue("1h") Duration within) {

    private static final Pattern TEAM = Pattern.compile("[^/]+/[^/]+");
    private static final int MOST = 1_000_000;

    public WhoProperties {
        users = List.copyOf(users);
        teams = List.copyOf(teams);
        bots = List.copyOf(bots);
        for (String team : teams) {
            if (!TEAM.matcher(team).matches()) {
                throw new IllegalArgumentException(
                        "millrace.ingest.who.teams: '%s' is not organisation/team".formatted(team));
            }
        }
        if (!writers && users.isEmpty() && teams.isEmpty()) {
            throw new IllegalArgumentException("millrace.ingest.who.writers is false, and nobody else may start a task:"
                    + " name somebody in millrace.ingest.who.users or .teams");
        }
        check("per-user", perUser);
        check("per-issue", perIssue);
        if (within.compareTo(Duration.ofSeconds(1)) < 0 || within.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("millrace.ingest.who.within must be 1s to 7d, not " + within);
        }
    }

    private static void check(String key, int count) {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException(
                    "millrace.ingest.who.%s must be 1 to %d, not %d".formatted(key, MOST, count));
        }
    }
}
