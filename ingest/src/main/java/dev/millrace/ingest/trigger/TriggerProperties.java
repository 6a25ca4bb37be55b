package dev.millrace.ingest.trigger;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What in the forge becomes a task.
 *
 * @param label that asks for the agent, exactly as it is spelt in the forge
 * @param repositories that are served, such as {@code alice/*}; empty for all that the bot sees
 * @param maxInstruction bytes of UTF-8 that the agent is given at most; longer texts are cut with a mark
 * @param botCache for how long the bot's own login is kept before the forge is asked again
 */
@ConfigurationProperties("millrace.ingest.trigger")
public record TriggerProperties(
        @DefaultValue("agent") String label,
        @DefaultValue List<String> repositories,
        @DefaultValue("64KB") DataSize maxInstruction,
        @DefaultValue("10m") Duration botCache) {

    private static final DataSize LEAST = DataSize.ofKilobytes(1);
    /** A record on the requests topic holds 1 MB. */
    private static final DataSize MOST = DataSize.ofKilobytes(512);

    public TriggerProperties {
        if (label.isBlank()) {
            throw new IllegalArgumentException("millrace.ingest.trigger.label is empty: name the label that asks for"
                    + " the agent, such as 'agent'");
        }
        repositories = List.copyOf(repositories);
        new RepositoryPatterns(repositories);
        if (maxInstruction.compareTo(LEAST) < 0 || maxInstruction.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "millrace.ingest.trigger.max-instruction must be 1KB to 512KB, not " + maxInstruction);
        }
        if (botCache.isNegative()) {
            throw new IllegalArgumentException(
                    "millrace.ingest.trigger.bot-cache must not be negative, but is " + botCache);
        }
    }
}
