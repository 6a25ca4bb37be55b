package dev.millrace.e2e.offending.ingest;

import dev.millrace.e2e.offending.worker.StartsProcesses;

record KnowsTheWorker(StartsProcesses worker) {}
