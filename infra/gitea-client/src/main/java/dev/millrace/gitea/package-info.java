/** The one place that talks to Gitea's API: all that Millrace asks of the forge, and nothing else. */
@NullMarked
package dev.millrace.gitea;

import org.jspecify.annotations.NullMarked;
