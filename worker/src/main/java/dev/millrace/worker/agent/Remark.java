package dev.millrace.worker.agent;

/**
 * Something that people said where the task was asked for.
 *
 * @param author login; empty where that is not known
 * @param path of a remark on code: the file; empty for everything else
 * @param line of a remark on code, from 1; 0 where that is not known
 * @param code of a remark on code: the lines that it is about
 */
public record Remark(Kind kind, String author, String text, String path, int line, String code) {

    /** Where it was said. */
    public enum Kind {
        /** The or pull request's own text. */
        DESCRIPTION("Description"),
        COMMENT("Comment"),
        /** The text of a whole review. */
        REVIEW("Review"),
        /** On lines of a change. */
        CODE("Remark on code");

        private final String shown;

        Kind(String shown) {
            this.shown = shown;
        }

        String shown() {
            return shown;
        }
    }
}
