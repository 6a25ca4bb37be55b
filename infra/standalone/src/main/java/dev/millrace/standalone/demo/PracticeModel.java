package dev.millrace.standalone.demo;

import dev.millrace.scripted.Scenario;
import dev.millrace.scripted.ScriptedModel;
import dev.millrace.scripted.Turn;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A scripted model on loopback in place of a provider, which speaks every protocol. */
public final class PracticeModel implements AutoCloseable {
    private static final String NAME = "scripted";

    private final ScriptedModel model;

    public PracticeModel(Scenario scenario) {
        model = new ScriptedModel(scenario);
    }

    /**
     * Has these commands run one after another, and then says what was done; in every conversation anew.
     *
     * @param edits for agents that offer the model no tools; also what else is asked without offering any gets
     */
    public static Scenario following(List<String> commands, String edits, String summary) {
        var turns = Stream.concat(commands.stream().map(Turn::shell), Stream.of(Turn.finish(summary)))
                .toList();
        return new Scenario(turns, Turn.fail(400, "The script is over."), Turn.say(edits), true);
    }

    /**
     * An edit of a file, as agents without tools read it out of the model's words.
     *
     * @param before lines of it; empty for a new file
     */
    public static String edit(String file, String before, String after) {
        return "%s\n```\n<<<<<<< SEARCH\n%s=======\n%s>>>>>>> REPLACE\n```\n".formatted(file, before, after);
    }

    /** What tells a worker of this model. */
    public Map<String, Object> properties() {
        return Map.of(
                "millrace.worker.model.base-url",
                url(),
                "millrace.worker.model.name",
                NAME,
                "millrace.worker.model.upstreams[0].name",
                NAME,
                "millrace.worker.model.upstreams[0].base-url",
                url(),
                "millrace.worker.model.upstreams[0].protocols",
                "chat,responses,messages",
                "millrace.worker.model.upstreams[0].models",
                "*=" + NAME);
    }

    public String url() {
        return model.baseUrl();
    }

    /** How often it was asked. */
    public int asked() {
        return model.asked().size();
    }

    @Override
    public void close() {
        model.close();
    }
}
