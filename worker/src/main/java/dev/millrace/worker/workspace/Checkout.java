package dev.millrace.worker.workspace;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;

/** One commit of a repository, to work on. For one thread at a time. */
public interface Checkout extends AutoCloseable {

    /** Id of the commit, 40 hexadecimal digits. */
    String baseCommit();

    /** The branch it is the tip of, without {@code refs/heads/}. */
    String baseBranch();

    /** Ids of the commits whose parents are not in the pack: what git keeps in its {@code shallow} file. */
    Set<String> shallow();

    /**
     * Writes a self-contained git pack of the commit, its tree and as much of its history as configured.
     *
     * @param pack not closed
     */
    void writePack(OutputStream pack) throws IOException;

    /** Lets go of the repository; never throws. */
    @Override
    void close();
}
