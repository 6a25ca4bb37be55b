package dev.millrace.e2e.offending.ingest.dispatch;

import org.apache.avro.specific.SpecificRecord;

record Dispatcher(SpecificRecord state) {}
