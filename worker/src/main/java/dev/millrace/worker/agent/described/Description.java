package dev.millrace.worker.agent.described;

import dev.millrace.worker.model.upstream.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An agent, as its file tells it; docs/agents.md says what each field means.
 *
 * @param file as people find it
 * @param grace how long it may go on after it said that it is done
 */
record Description(
        String name,
        String file,
        String about,
        List<String> needs,
        Protocol protocol,
        Input prompt,
        List<Template> command,
        Map<String, Template> environment,
        Source source,
        List<StepRule> steps,
        List<EndRule> ends,
        Duration grace) {
    Description {
        needs = List.copyOf(needs);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        steps = List.copyOf(steps);
        ends = List.copyOf(ends);
    }

    /** How it gets its task. */
    enum Input {
        FILE,
        ARGUMENT,
        STDIN
    }
}
