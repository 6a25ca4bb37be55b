package dev.millrace.standalone.process;

import java.io.IOException;
import java.util.Arrays;

/**
 * The main class of a child process: runs another main class, and ends the process when its parent is gone. The parent
 * holds the other end of standard input; however it dies, that closes.
 */
public final class Ward {
    private Ward() {}

    /**
     * Runs the main class.
     *
     * @param arguments name of the main class, then its arguments
     * @throws ReflectiveOperationException if there is no such main class, or it failed
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread.ofPlatform().daemon().name("parent-watch").start(Ward::endWithParent);
        Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // the parent says nothing; only the end matters
            }
        } catch (IOException gone) {
            // as good as the end
        }
        System.exit(0);
    }
}
