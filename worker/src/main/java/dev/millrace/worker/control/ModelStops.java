package dev.millrace.worker.control;

import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Pause;
import dev.millrace.schemas.avro.Resume;
import dev.millrace.schemas.wire.Follower;
import dev.millrace.worker.model.gateway.StopSwitch;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops all models of this worker when everything is paused with them, and lets them go on when everything is resumed.
 * Of several such wishes the one that was asked for last counts, in whatever order they are heard, since each is written
 * once for every partition. For one thread.
 */
final class ModelStops implements Follower.Listener<ControlRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ModelStops.class);

    private final StopSwitch models;
    private Instant newest = Instant.MIN;

    ModelStops(StopSwitch models) {
        this.models = models;
    }

    @Override
    public void heard(String key, @Nullable ControlRequest wish) {
        if (wish == null || !wish.getRepo().isEmpty() || wish.getRequestedAt().isBefore(newest)) {
            return;
        }
        if (wish.getControl() instanceof Pause pause && pause.getModels()) {
            newest = wish.getRequestedAt();
            models.stop(why(wish, pause));
            LOG.warn("all models are stopped: {}", why(wish, pause));
        } else if (wish.getControl() instanceof Resume) {
            newest = wish.getRequestedAt();
            if (models.resume()) {
                LOG.info("all models may be asked again, by {}", oneLine(wish.getRequestedBy()));
            }
        }
    }

    private static String why(ControlRequest wish, Pause pause) {
        String by = "paused by " + oneLine(wish.getRequestedBy());
        return pause.getReason().isBlank() ? by : "%s, %s".formatted(oneLine(pause.getReason()), by);
    }

    /** Whoever may write the record may write anything into it. */
    private static String oneLine(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
