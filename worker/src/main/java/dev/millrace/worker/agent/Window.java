package dev.millrace.worker.agent;

import dev.millrace.worker.model.upstream.Tokens;

/** Keeps a conversation within what its model takes in, as far as that is known. For one thread. */
final class Window {
    /** Until the model has told how it counts. Cautious: of English prose it is 4 and more, of code 3. */
    private static final double CHARACTERS_A_TOKEN = 3;

    private final Conversation conversation;
    private long most;
    private double charactersAToken = CHARACTERS_A_TOKEN;

    /** @param most tokens */
    Window(Conversation conversation, long most) {
        this.conversation = conversation;
        this.most = most;
    }

    /** To be called before the model is asked. Much is left out at a time, since providers then cache anew. */
    void makeRoom() {
        if (tokens() > most) {
            conversation.shorten((long) (most * charactersAToken / 2));
        }
    }

    /** To be called with every answer, before anything is added to the conversation. */
    void answered(Tokens used) {
        if (used.in() > 0) {
            charactersAToken = Math.clamp((double) conversation.length() / used.in(), 1, 6);
        }
    }

    /**
     * The provider says that it is too long.
     *
     * @return whether it is shorter now, so that asking again may help
     */
    boolean outgrown() {
        most = Math.min(most, tokens() * 3 / 4);
        return conversation.shorten(conversation.length() / 2);
    }

    private long tokens() {
        return (long) (conversation.length() / charactersAToken);
    }
}
