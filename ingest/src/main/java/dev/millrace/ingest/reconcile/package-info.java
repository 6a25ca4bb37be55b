/** Hears from the forge's own history what no webhook told, so that whatever was missed is made up for. */
@NullMarked
package dev.millrace.ingest.reconcile;

import org.jspecify.annotations.NullMarked;
