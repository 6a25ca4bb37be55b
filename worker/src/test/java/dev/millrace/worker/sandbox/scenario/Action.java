package dev.millrace.worker.sandbox.scenario;

import java.util.List;

/** What is tried: by an obedient agent inside, or through the sandbox's own port on its behalf. */
public sealed interface Action {

    /** A script for {@code sh} in the workspace. */
    record Shell(String script) implements Action {}

    /** A script for {@code python3} in the workspace, after {@code prelude.py}. */
    record Python(String script) implements Action {}

    /** The worker writes a file. */
    record Write(String path, String content) implements Action {}

    /** The worker unpacks a tree. */
    record Unpack(String directory, List<Entry> entries) implements Action {}

    /** The worker reads a file; the output is its content. */
    record Read(String path) implements Action {}

    /** The worker lists a directory; the output is the paths. */
    record Listing(String directory, int most) implements Action {}

    /** What the engine tells of the container, as JSON. */
    record Inspect() implements Action {}

    /**
     * One entry of a tree.
     *
     * @param content of a file, or what a link names; a directory has none
     */
    record Entry(Kind kind, String path, String content) {}

    /** What an entry is. */
    enum Kind {
        FILE,
        DIRECTORY,
        LINK
    }
}
