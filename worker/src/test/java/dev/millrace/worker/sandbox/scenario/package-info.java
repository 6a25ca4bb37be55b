/** Hostile scenarios against a sandbox as data: one file for each, how it is read, and what must come of it. */
@NullMarked
package dev.millrace.worker.sandbox.scenario;

import org.jspecify.annotations.NullMarked;
