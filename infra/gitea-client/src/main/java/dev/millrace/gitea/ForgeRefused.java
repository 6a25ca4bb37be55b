package dev.millrace.gitea;

/** The forge said no, and would say so again. */
public final class ForgeRefused extends RuntimeException {
    private final int status;

    /**
     * What was refused, and how.
     *
     * @param status HTTP status of the answer
     */
    public ForgeRefused(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
