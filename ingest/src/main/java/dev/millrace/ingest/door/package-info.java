/** What every way in shares: bounded bodies and waits, problems as answers, and the publishing of requests. */
@NullMarked
package dev.millrace.ingest.door;

import org.jspecify.annotations.NullMarked;
