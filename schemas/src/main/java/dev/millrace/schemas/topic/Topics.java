package dev.millrace.schemas.topic;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Step;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/** The topics, under one prefix. What is keyed by repository shares its partition count, so that it can be joined. */
public final class Topics {
    /** The share group that all workers join. */
    public static final String WORKERS = "workers";

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,100}");
    private static final DataSize RECORD = DataSize.ofMegabytes(1);
    /**
     * What dispatch writes holds records that others wrote, each as large as it may be: the request, the result and the
     * delivery. What could be put in must always come out.
     */
    private static final DataSize DERIVED = DataSize.ofMegabytes(4);
    /** Packs are capped at 16 MiB; the rest of the record fits in a few KiB. */
    private static final DataSize CHANGESET = DataSize.ofBytes((16 << 20) + (64 << 10));

    private final String prefix;
    private final int partitions;

    /**
     * @param prefix of every topic and group name, such as {@code millrace.}
     * @param partitions of the topics that scale by repository or task
     */
    public Topics(String prefix, int partitions) {
        if (!isPrefix(prefix)) {
            throw new IllegalArgumentException(
                    "not a topic prefix, letters, digits, '.', '_' and '-': '%s'".formatted(prefix));
        }
        this.prefix = prefix;
        this.partitions = partitions;
    }

    /** Whether names of topics and groups may begin so. */
    public static boolean isPrefix(String text) {
        return PREFIX.matcher(text).matches();
    }

    public Topic<TaskRequest> requests() {
        return topic("requests", TaskRequest.class, kept(Duration.ofDays(7)));
    }

    public Topic<ControlRequest> controls() {
        return topic("controls", ControlRequest.class, kept(Duration.ofDays(7)));
    }

    /** One partition: with as many partitions as members, share groups do not steal work. */
    public Topic<WorkItem> work() {
        return topic("work", WorkItem.class, new Layout(1, Duration.ofDays(7), false, DERIVED));
    }

    public Topic<AttemptEvent> attempts() {
        return topic("attempts", AttemptEvent.class, kept(Duration.ofDays(7)));
    }

    public Topic<Step> transcript() {
        return topic("transcript", Step.class, kept(Duration.ofDays(30)));
    }

    public Topic<Changeset> changesets() {
        return topic("changesets", Changeset.class, new Layout(partitions, Duration.ofDays(7), false, CHANGESET));
    }

    public Topic<TaskOutcome> outcomes() {
        return topic("outcomes", TaskOutcome.class, new Layout(partitions, Duration.ofDays(30), false, DERIVED));
    }

    public Topic<Delivery> deliveries() {
        return topic("deliveries", Delivery.class, kept(Duration.ofDays(30)));
    }

    public Topic<TaskState> tasks() {
        return topic("tasks", TaskState.class, new Layout(partitions, Duration.ZERO, true, DERIVED));
    }

    public Topic<String> notifications() {
        return topic("notifications", String.class, kept(Duration.ofDays(7)));
    }

    public Topic<byte[]> deadLetters() {
        return topic("dead-letters", byte[].class, new Layout(1, Duration.ofDays(90), false, CHANGESET));
    }

    public List<Topic<?>> all() {
        return List.of(
                requests(),
                controls(),
                work(),
                attempts(),
                transcript(),
                changesets(),
                outcomes(),
                deliveries(),
                tasks(),
                notifications(),
                deadLetters());
    }

    /** A consumer group, share group or application of Millrace's, under the same prefix as the topics. */
    public String group(String name) {
        return prefix + name;
    }

    private Layout kept(Duration retention) {
        return new Layout(partitions, retention, false, RECORD);
    }

    private <V> Topic<V> topic(String name, Class<V> type, Layout layout) {
        return new Topic<>(prefix + name, type, layout);
    }
}
