package dev.millrace.schemas.id;

import java.util.regex.Pattern;

/**
 * {@code owner/repo#number}: tasks of one lane run one at a time, in the order they were asked for. A task that belongs
 * to no issue has a lane of its own, {@code owner/repo#task-id}. Always in lower case, as {@link RepoId#key()} is.
 */
public record LaneId(String value) {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,18}");

    public LaneId {
        int hash = value.indexOf('#');
        if (hash < 0) {
            throw new IllegalArgumentException("not a lane, owner/repo#number: '%s'".formatted(Shown.of(value)));
        }
        String repo = value.substring(0, hash);
        if (!RepoId.parse(repo).key().equals(repo)) {
            throw new IllegalArgumentException("a lane is written in lower case, not '%s'".formatted(Shown.of(value)));
        }
        String end = value.substring(hash + 1);
        if (!NUMBER.matcher(end).matches()) {
            new TaskId(end);
        }
    }

    /**
     * The lane of a task.
     *
     * @param number issue or pull request; 0 for a task that belongs to none
     */
    public static LaneId of(RepoId repo, long number, TaskId task) {
        if (number < 0) {
            throw new IllegalArgumentException("not the number of an issue: " + number);
        }
        return new LaneId(repo.key() + "#" + (number == 0 ? task.value() : Long.toString(number)));
    }

    @Override
    public String toString() {
        return value;
    }
}
