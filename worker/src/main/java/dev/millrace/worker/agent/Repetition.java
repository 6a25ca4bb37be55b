package dev.millrace.worker.agent;

/** Notices when a model does the same thing over and over. */
final class Repetition {
    private static final int WARN = 3;
    private static final int STOP = 4;

    private String last = "";
    private int times;

    /** Counts a command; how often it now came in a row decides. */
    Verdict seen(String command) {
        times = command.equals(last) ? times + 1 : 1;
        last = command;
        return times >= STOP ? Verdict.STOP : times == WARN ? Verdict.WARN : Verdict.FINE;
    }

    enum Verdict {
        FINE,
        WARN,
        STOP
    }
}
