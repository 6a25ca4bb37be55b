/** Gives a repository of a Gitea the webhook that Millrace needs, and finds out whether it works. */
@NullMarked
package dev.millrace.standalone.connect;

import org.jspecify.annotations.NullMarked;
