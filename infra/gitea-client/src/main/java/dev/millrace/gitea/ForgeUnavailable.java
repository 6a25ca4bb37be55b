package dev.millrace.gitea;

/** The forge gave no usable answer; trying again later may help. */
public final class ForgeUnavailable extends RuntimeException {
    public ForgeUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    public ForgeUnavailable(String message) {
        super(message);
    }
}
