package dev.millrace.worker.model;

import tools.jackson.databind.node.ObjectNode;

/** What came of asking a model. */
public sealed interface ModelReply {
    /**
     * The model answered.
     *
     * @param message the assistant's message exactly as the provider sent it, to be sent back so; the caller's to keep
     * @param cut whether the provider's output limit cut the answer short; tool calls in it are then not to be run
     */
    record Answered(ObjectNode message, boolean cut, ModelUsage usage) implements ModelReply {}

    /** The provider will not take this request, however often it is asked. */
    record Refused(int status, String why) implements ModelReply {}

    /** The conversation has outgrown the model's context window, or what is sent at most. */
    record TooLong(String why) implements ModelReply {}

    /** The caller's limit ran out before an answer came. */
    record OutOfTime() implements ModelReply {}
}
