/** The way to a large language model: one request, one answer, and what it used; knows nothing of agents. */
@NullMarked
package dev.millrace.worker.model;

import org.jspecify.annotations.NullMarked;
