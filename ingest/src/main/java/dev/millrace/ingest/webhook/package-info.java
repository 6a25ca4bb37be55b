/** Gitea's webhooks: verified first, then read, then ruled on, then answered. */
@NullMarked
package dev.millrace.ingest.webhook;

import org.jspecify.annotations.NullMarked;
