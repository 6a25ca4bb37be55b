/** What people type: demo, run, up. */
@NullMarked
package dev.millrace.standalone.cli;

import org.jspecify.annotations.NullMarked;
