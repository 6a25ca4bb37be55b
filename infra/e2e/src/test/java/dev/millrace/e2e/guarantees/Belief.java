package dev.millrace.e2e.guarantees;

/** How long the sandbox of one attempt lived with its agent let loose, because its worker believed to hold the lease. */
record Belief(String task, int attempt, String worker, Span span) {}
