package dev.millrace.e2e.offending.schemas;

import dev.millrace.e2e.offending.ingest.Settings;

record KnowsIngest(Settings ingest) {}
