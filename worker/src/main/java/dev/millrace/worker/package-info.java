/** The stage's own process: takes work when it has a free seat, runs the attempt, reports. */
@NullMarked
package dev.millrace.worker;

import org.jspecify.annotations.NullMarked;
