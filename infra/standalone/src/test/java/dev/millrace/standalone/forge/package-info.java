/** The practice forge as clients, git, webhooks' receivers and people meet it. */
@NullMarked
package dev.millrace.standalone.forge;

import org.jspecify.annotations.NullMarked;
