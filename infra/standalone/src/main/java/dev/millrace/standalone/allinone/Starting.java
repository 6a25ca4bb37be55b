package dev.millrace.standalone.allinone;

import dev.millrace.standalone.broker.EmbeddedBroker;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts the stages while their broker still comes up: they wait for it by themselves. */
public final class Starting {
    private Starting() {}

    /**
     * The stages, running.
     *
     * @param broker of our own; null where somebody else runs it
     * @throws IllegalStateException if the broker's process failed; says what its log ends with
     */
    public static AllInOne stages(
            @Nullable EmbeddedBroker broker, Map<String, Object> properties, String... arguments) {
        try {
            return AllInOne.start(properties, arguments);
        } catch (RuntimeException failed) {
            if (broker != null && !broker.isAlive()) {
                throw new IllegalStateException("the embedded broker failed: " + broker.lastWords(), failed);
            }
            throw failed;
        }
    }
}
