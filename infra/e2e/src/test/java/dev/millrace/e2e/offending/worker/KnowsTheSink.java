package dev.millrace.e2e.offending.worker;

import dev.millrace.e2e.offending.sink.KnowsIngest;

record KnowsTheSink(KnowsIngest sink) {}
