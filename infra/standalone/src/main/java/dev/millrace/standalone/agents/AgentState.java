package dev.millrace.standalone.agents;

import dev.millrace.worker.agent.AgentProfile;
import java.util.List;
import java.util.OptionalLong;

/**
 * An agent as it stands on this machine.
 *
 * @param image that it gets where a task names none; empty for the sandbox image
 * @param imageBytes what that takes; empty if the engine does not have it, or there is none of its own
 * @param missing what it cannot work without
 */
public record AgentState(
        String name, AgentProfile profile, String image, OptionalLong imageBytes, List<Missing> missing) {
    public AgentState {
        missing = List.copyOf(missing);
    }

    /** What an agent cannot work without, and how to come by it. */
    public sealed interface Missing {
        /** In a few words, as in "it needs …". */
        String what();

        String remedy();
    }

    /** Its image is not on the Docker engine. */
    public record NoImage(String image, String remedy) implements Missing {
        @Override
        public String what() {
            return "the image " + image;
        }
    }

    /** No endpoint speaks its protocol. */
    public record NoModel(String protocol, String remedy) implements Missing {
        @Override
        public String what() {
            return "a model that speaks " + protocol;
        }
    }

    public boolean isReady() {
        return missing.isEmpty();
    }

    /** Whether it lacks nothing but a model. */
    public boolean lacksOnlyAModel() {
        return !isReady() && missing.stream().allMatch(NoModel.class::isInstance);
    }
}
