package dev.millrace.schemas.id;

/**
 * {@code owner/repo#number}: tasks of one lane run one at a time, in the order they were asked for. A task that belongs
 * to no issue has a lane of its own, {@code owner/repo#task-id}.
 */
public record LaneId(String value) {
    public LaneId {
        int hash = value.indexOf('#');
        if (hash < 0 || hash == value.length() - 1) {
            throw new IllegalArgumentException("not a lane, owner/repo#number: '%s'".formatted(Shown.of(value)));
        }
        RepoId.parse(value.substring(0, hash));
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
