package dev.millrace.scripted;

import tools.jackson.databind.JsonNode;

/** A tool call that the model makes. */
public sealed interface Call {

    /** A command for whatever tool of the agent runs commands. */
    record Shell(String command) implements Call {}

    /**
     * A call as it is.
     *
     * @param arguments as the agent gets them, JSON or not
     */
    record Tool(String name, String arguments) implements Call {
        public Tool(String name, JsonNode arguments) {
            this(name, arguments.toString());
        }
    }

    /** The end of the work, for whatever tool of the agent says so; plain text if it has none. */
    record Finish(String summary) implements Call {}
}
