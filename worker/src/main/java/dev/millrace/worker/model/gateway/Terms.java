package dev.millrace.worker.model.gateway;

import java.time.Instant;

/**
 * What one attempt may do with models.
 *
 * @param model that the task names; empty for none
 * @param spending counts what it uses, and keeps it to its budget
 * @param deadline after which an answer is of no use
 */
public record Terms(String model, Spending spending, Instant deadline) {}
