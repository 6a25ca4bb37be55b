package dev.millrace.worker.model.gateway;

import java.time.Instant;

/**
 * What one attempt may do with models.
 *
 * @param model that the task names; empty for none
 * @param budget the smallest of all that count for it
 * @param deadline after which an answer is of no use
 */
public record Terms(String model, Budget budget, Instant deadline) {}
