/** Figures and how they are told, to people and to programs. */
@NullMarked
package dev.millrace.bench.report;

import org.jspecify.annotations.NullMarked;
