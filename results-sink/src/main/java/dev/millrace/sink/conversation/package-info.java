/** The one comment per task, derived from the task's state alone. */
@NullMarked
package dev.millrace.sink.conversation;

import org.jspecify.annotations.NullMarked;
