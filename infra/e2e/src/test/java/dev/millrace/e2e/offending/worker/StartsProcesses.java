package dev.millrace.e2e.offending.worker;

import java.io.IOException;

public final class StartsProcesses {
    private StartsProcesses() {}

    static Process oneWay() throws IOException {
        return new ProcessBuilder("true").start();
    }

    static Process another() throws IOException {
        return Runtime.getRuntime().exec(new String[] {"true"});
    }
}
