/** Figures as ratios, measured side by side in one run. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
