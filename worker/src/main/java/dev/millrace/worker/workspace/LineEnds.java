package dev.millrace.worker.workspace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.attributes.Attributes;
import org.jspecify.annotations.Nullable;

/** What becomes of a file's line ends between git and the work tree, by its attributes and git's rules for them. */
enum LineEnds {
    /** Nothing, both ways. */
    KEPT,
    /** LF in git; nothing on the way out of it. */
    TEXT,
    /** LF in git, CR LF in the work tree. */
    TEXT_CRLF,
    /** As {@link #TEXT}, where the content looks like text. */
    AUTO,
    /** As {@link #TEXT_CRLF}, where the content looks like text. */
    AUTO_CRLF;

    static LineEnds of(Attributes attributes) {
        LineEnds text = byText(attributes, "text");
        boolean said = text != null;
        if (text == null) {
            text = byText(attributes, "crlf");
            said = text != null;
        }
        if (text == KEPT && said) {
            return KEPT;
        }
        boolean auto = text == AUTO;
        return switch (String.valueOf(attributes.getValue("eol"))) {
            case "lf" -> auto ? AUTO : TEXT;
            case "crlf" -> auto ? AUTO_CRLF : TEXT_CRLF;
            default -> text == null ? KEPT : text;
        };
    }

    private static @Nullable LineEnds byText(Attributes attributes, String key) {
        if (attributes.isSet(key)) {
            return TEXT;
        }
        if (attributes.isUnset(key)) {
            return KEPT;
        }
        return switch (String.valueOf(attributes.getValue(key))) {
            case "auto" -> AUTO;
            case "input" -> TEXT;
            default -> null;
        };
    }

    private boolean auto() {
        return this == AUTO || this == AUTO_CRLF;
    }

    /** Whether content can differ between git and the work tree at all. */
    boolean mayConvert() {
        return this != KEPT;
    }

    /** Whether content can be another in the work tree than in git. */
    boolean mayAddCr() {
        return this == TEXT_CRLF || this == AUTO_CRLF;
    }

    /** Whether each lone LF gets a CR on the way out of git. */
    boolean addsCr(TextStatistics inGit) {
        return mayAddCr()
                && inGit.loneLf() > 0
                && !(auto() && (inGit.loneCr() > 0 || inGit.crLf() > 0 || inGit.binary()));
    }

    /**
     * Whether each CR LF becomes LF on the way into git.
     *
     * @param crLfInGit whether what git has there now is text with CR LF: then that was meant
     */
    boolean dropsCr(TextStatistics inWorkTree, boolean crLfInGit) {
        return mayConvert() && inWorkTree.crLf() > 0 && !(auto() && (crLfInGit || inWorkTree.binary()));
    }

    /** CR LF for each LF that has no CR yet. */
    static InputStream withCr(InputStream content) {
        return new Converting(content, true);
    }

    /** LF for each CR LF. */
    static InputStream withoutCr(InputStream content) {
        return new Converting(content, false);
    }

    private static final class Converting extends InputStream {
        private final BufferedInputStream in;
        private final boolean add;
        private int last = -1;
        private boolean lineFeedIsDue;

        Converting(InputStream content, boolean add) {
            in = new BufferedInputStream(content);
            this.add = add;
        }

        @Override
        public int read() throws IOException {
            if (lineFeedIsDue) {
                lineFeedIsDue = false;
                last = '\n';
                return last;
            }
            int next = in.read();
            if (add && next == '\n' && last != '\r') {
                lineFeedIsDue = true;
                next = '\r';
            } else if (!add && next == '\r' && peek() == '\n') {
                next = in.read();
            }
            last = next;
            return next;
        }

        private int peek() throws IOException {
            in.mark(1);
            int next = in.read();
            if (next >= 0) {
                in.reset();
            }
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = 0;
            while (count < length) {
                int next = read();
                if (next < 0) {
                    return count == 0 ? -1 : count;
                }
                into[offset + count++] = (byte) next;
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
