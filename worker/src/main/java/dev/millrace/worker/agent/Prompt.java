package dev.millrace.worker.agent;

/** What agents are told before the work begins. */
public final class Prompt {
    private Prompt() {}

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
