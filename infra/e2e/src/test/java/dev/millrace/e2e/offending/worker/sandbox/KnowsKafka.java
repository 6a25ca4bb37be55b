package dev.millrace.e2e.offending.worker.sandbox;

import dev.millrace.e2e.offending.worker.workspace.KnowsTheForge;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Also one half of a cycle. */
public record KnowsKafka(ConsumerConfig config, KnowsTheForge workspace) {}
