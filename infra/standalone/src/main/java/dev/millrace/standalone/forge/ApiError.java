package dev.millrace.standalone.forge;

/** An answer other than success; with no message, an answer without a body, as some of Gitea's are. */
final class ApiError extends RuntimeException {
    private final int status;
    private final String message;

    ApiError(int status, String message) {
        super(status + " " + message, null, false, false);
        this.status = status;
        this.message = message;
    }

    static ApiError notFound() {
        return new ApiError(404, "The target couldn't be found.");
    }

    /** What Gitea answers where it did not expect an issue or a commit to be missing; the reason is for admins only. */
    static ApiError internal() {
        return new ApiError(500, " ");
    }

    static ApiError empty(int status) {
        return new ApiError(status, "");
    }

    int status() {
        return status;
    }

    String message() {
        return message;
    }
}
