package dev.millrace.ingest.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that asks for a task; what the fields mean is told at {@code TaskRequest}.
 *
 * @param idempotencyKey the same key for the same repository is the same task
 * @param taskId chosen by the caller instead
 */
record NewTask(
        @Nullable String repo,
        @Nullable String instruction,
        @Nullable String title,
        @Nullable Long number,
        @Nullable String baseBranch,
        @Nullable String agent,
        @Nullable String model,
        @Nullable String image,
        @Nullable List<@Nullable String> script,
        @Nullable Integer priority,
        @Nullable String idempotencyKey,
        @Nullable String taskId) {}
