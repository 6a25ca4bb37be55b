package dev.millrace.scripted;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A scripted model of its own, from a port and a scenario file, until it is ended. */
public final class Main {
    private Main() {}

    /**
     * Serves until the process is ended.
     *
     * @param args port (0 for any) and scenario file
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2 || !args[0].matches("\\d{1,5}")) {
            System.err.println("Two arguments, please: a port, such as 4002 (0 for any), and a scenario file");
            System.exit(2);
        }
        try (var model = new ScriptedModel(ScenarioFile.read(Path.of(args[1])), Integer.parseInt(args[0]))) {
            System.out.println(model.baseUrl());
            new CountDownLatch(1).await();
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
        }
    }
}
