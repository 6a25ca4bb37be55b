package dev.millrace.worker.agent.described;

import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentProfile;
import dev.millrace.worker.agent.Assignment;
import dev.millrace.worker.agent.Deadline;
import dev.millrace.worker.agent.Prompt;
import dev.millrace.worker.agent.Transcript;
import dev.millrace.worker.model.gateway.Gateway;
import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.Terms;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A program in the sandbox that does the work by itself, as its description tells. It gets models through a gateway of
 * its own and nothing else; what it says about itself becomes the transcript, and what it says at last, the end.
 */
final class DescribedAgent implements Agent {
    private static final String PROMPT_FILE = "/tmp/task.md";
    /** Linux takes no argument of 128 KiB or more. */
    private static final int LONGEST_ARGUMENT = 128 * 1024 - 1;

    /** Nothing may wait for a person, and the gateway is no matter for a proxy. */
    private static final Map<String, String> UNATTENDED = Map.of(
            "PAGER",
            "cat",
            "GIT_PAGER",
            "cat",
            "GIT_TERMINAL_PROMPT",
            "0",
            "TERM",
            "dumb",
            "NO_COLOR",
            "1",
            "CI",
            "true",
            "NO_PROXY",
            "localhost,127.0.0.1",
            "no_proxy",
            "localhost,127.0.0.1");

    private final Description description;
    private final String image;
    private final Gateways gateways;
    private final InstantSource clock;

    /** @param image that has what the agent needs; empty for the worker's default */
    DescribedAgent(Description description, String image, Gateways gateways, InstantSource clock) {
        this.description = description;
        this.image = image;
        this.gateways = gateways;
        this.clock = clock;
    }

    @Override
    public AgentProfile profile() {
        return new AgentProfile(
                description.about(),
                description.file(),
                Optional.of(description.protocol()),
                description.needs(),
                description.command().stream().map(Template::toString).toList());
    }

    @Override
    public String image() {
        return image;
    }

    @Override
    public AgentEnd work(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript)
            throws InterruptedException {
        var deadline = Deadline.in(assignment.limits().time(), clock);
        String prompt = Prompt.task(assignment);
        Optional<String> missing = missing(sandbox);
        if (missing.isPresent()) {
            return new AgentEnd.GaveUp(missing.get());
        }
        if (description.prompt() == Description.Input.ARGUMENT && bytes(prompt).length > LONGEST_ARGUMENT) {
            return new AgentEnd.GaveUp("%s takes its task as an argument, and this one is longer than 128 KiB"
                    .formatted(description.name()));
        }
        try (var gateway = gateways.open(new Terms(assignment.model(), spending, deadline.at()))) {
            prepare(sandbox, gateway, prompt);
            Command command = command(assignment, prompt, deadline);
            byte[] input = description.prompt() == Description.Input.STDIN ? bytes(prompt) : new byte[0];
            var watch = new Watch(description, assignment.limits(), sandbox, transcript, clock);
            return judged(watch.run(command, input, deadline), gateway);
        }
    }

    /** What the agent needs and the image does not have. */
    private Optional<String> missing(Sandbox sandbox) {
        for (String file : description.needs()) {
            try {
                sandbox.stat(file);
            } catch (SystemCallFailed notThere) {
                return Optional.of(
                        ("The image has no %s, which the agent %s needs: name one that has it in the task or as"
                                        + " millrace.worker.agent.images.%s; './millrace images' lists and builds those"
                                        + " of Millrace's own agents")
                                .formatted(file, description.name(), description.name()));
            }
        }
        return Optional.empty();
    }

    private void prepare(Sandbox sandbox, Gateway gateway, String prompt) {
        try {
            gateway.serve(sandbox.listen(Gateway.PORT));
            if (description.prompt() == Description.Input.FILE) {
                sandbox.write(PROMPT_FILE, 0644, new ByteArrayInputStream(bytes(prompt)));
            }
        } catch (IOException failed) {
            throw new SandboxUnavailable("an agent could not be prepared: " + failed.getMessage(), failed);
        }
    }

    private Command command(Assignment assignment, String prompt, Deadline deadline) {
        String model = assignment.model().isEmpty() ? Upstreams.DEFAULT : assignment.model();
        Map<String, String> values = Map.of(
                "prompt",
                prompt,
                "prompt-file",
                PROMPT_FILE,
                "model",
                model,
                "steps",
                Integer.toString(assignment.limits().steps()));
        UnaryOperator<String> value = place -> values.getOrDefault(place, "");
        List<String> argv =
                description.command().stream().map(part -> part.fill(value)).toList();
        var environment = new HashMap<>(UNATTENDED);
        description.environment().forEach((name, template) -> environment.put(name, template.fill(value)));
        return new Command(argv, environment, Sandbox.WORKSPACE, deadline.left());
    }

    /** An agent can only say that its model failed; the gateway knows why. */
    private static AgentEnd judged(AgentEnd end, Gateway gateway) {
        if (end instanceof AgentEnd.Done) {
            return end;
        }
        return gateway.hindrance().map(AgentEnd::hindered).orElse(end);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
