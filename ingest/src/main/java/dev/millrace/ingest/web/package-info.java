/** Puts ingest's doors together for the stage and the all-in-one. */
@NullMarked
package dev.millrace.ingest.web;

import org.jspecify.annotations.NullMarked;
