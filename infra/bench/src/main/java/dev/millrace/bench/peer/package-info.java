/** What Millrace is measured against: Docker used as others use it. */
@NullMarked
package dev.millrace.bench.peer;

import org.jspecify.annotations.NullMarked;
