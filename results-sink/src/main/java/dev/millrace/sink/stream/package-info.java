/** How this stage reads topics: patient with what is away, done with what is poison. */
@NullMarked
package dev.millrace.sink.stream;

import org.jspecify.annotations.NullMarked;
