package dev.millrace.e2e.offending.sink;

import org.eclipse.jgit.transport.PackParser;

record ReadsPacks(PackParser parser) {}
