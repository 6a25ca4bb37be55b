package dev.millrace.e2e.offending.worker.workspace;

import dev.millrace.e2e.offending.worker.sandbox.KnowsKafka;

/** The other half of the cycle. */
public record KnowsTheForge(dev.millrace.e2e.offending.gitea.Forge forge, KnowsKafka sandbox) {}
