package dev.millrace.e2e.offending.sink;

import dev.millrace.e2e.offending.ingest.Settings;

public record KnowsIngest(Settings ingest) {}
