/** What ingest's door costs: webhooks beside a bare HTTP server, and beside a producer without HTTP. */
@NullMarked
package dev.millrace.bench.ingest;

import org.jspecify.annotations.NullMarked;
