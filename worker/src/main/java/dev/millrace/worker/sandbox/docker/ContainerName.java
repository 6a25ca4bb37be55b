package dev.millrace.worker.sandbox.docker;

import java.util.Map;
import java.util.UUID;

/** What people see in {@code docker ps}. */
final class ContainerName {
    private static final int LONGEST_PART = 40;

    private ContainerName() {}

    /** After the task and attempt that are among the labels, if they are. */
    static String of(Map<String, String> labels) {
        return "millrace-%s-%s-%s"
                .formatted(
                        part(labels.getOrDefault("task", "sandbox")), part(labels.getOrDefault("attempt", "0")), id());
    }

    /** For one that is not for anything yet. */
    static String ready() {
        return "millrace-ready-" + id();
    }

    private static String part(String text) {
        String plain = text.replaceAll("[^A-Za-z0-9_.-]", "-");
        return plain.substring(0, Math.min(LONGEST_PART, plain.length()));
    }

    private static String id() {
        return UUID.randomUUID().toString().substring(0, 8);
    }
}
