/** Stands for the forge's client among the offenders. */
@NullMarked
package dev.millrace.e2e.offending.gitea;

import org.jspecify.annotations.NullMarked;
