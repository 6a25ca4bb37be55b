package dev.millrace.standalone.process;

import java.nio.file.Path;
import java.util.List;

/**
 * JVM options that let a child start from classes that an earlier one loaded. The launcher names the directory; without
 * it children start the slow way.
 */
public final class ClassArchive {
    private static final String DIRECTORY = "millrace.class-archives";

    private ClassArchive() {}

    /**
     * The options for one kind of child; the JVM makes the archive anew where it is missing or stale.
     *
     * @param kind names the archive
     */
    public static List<String> options(String kind) {
        String directory = System.getProperty(DIRECTORY);
        return directory == null
                ? List.of()
                : List.of(
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + Path.of(directory, kind + ".jsa"),
                        "-Xlog:cds=off",
                        "-Xlog:cds+dynamic=off");
    }
}
