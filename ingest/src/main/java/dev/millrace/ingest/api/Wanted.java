package dev.millrace.ingest.api;

import org.jspecify.annotations.Nullable;

/**
 * The JSON that comes with a wish about tasks that exist; none at all is well, too.
 *
 * @param reason of a pause, for people
 * @param models whether the pause of everything stops all models, too, and so what runs
 * @param idempotencyKey the same key for the same address is the same wish
 */
record Wanted(
        @Nullable String reason,
        @Nullable Boolean models,
        @Nullable String idempotencyKey) {
    static final Wanted NOTHING_MORE = new Wanted(null, null, null);
}
