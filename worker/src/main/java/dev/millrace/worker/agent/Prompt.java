package dev.millrace.worker.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What agents are told before the work begins. */
public final class Prompt {
    private Prompt() {}

    /** How the built-in agent is to work, whatever the task is. */
    static String system() {
        try (var file = Prompt.class.getResourceAsStream("system-prompt.md")) {
            if (file == null) {
                throw new IllegalStateException("system-prompt.md is missing beside " + Prompt.class);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The task, quoted in fences that nothing in it can close. */
    public static String task(Assignment assignment) {
        String wish = (assignment.title() + "\n\n" + assignment.instruction()).strip();
        var fence = new StringBuilder("```");
        while (wish.contains(fence)) {
            fence.append('`');
        }
        return """
                The repository %s is checked out in /workspace. Do this task in it, as quoted from who asked:

                %stask
                %s
                %s""".formatted(assignment.repo(), fence, wish, fence);
    }
}
