package dev.millrace.schemas.id;

/** Counts the tries at a task from 1; fences the lease: only the newest attempt may hold it. */
public record AttemptNumber(int value) implements Comparable<AttemptNumber> {
    public static final AttemptNumber FIRST = new AttemptNumber(1);
    private static final int MOST = 1000;

    public AttemptNumber {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException("not an attempt, 1 to %d: %d".formatted(MOST, value));
        }
    }

    /** Whether there is no next one. */
    public boolean isLast() {
        return value == MOST;
    }

    public AttemptNumber next() {
        return new AttemptNumber(value + 1);
    }

    @Override
    public int compareTo(AttemptNumber other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
