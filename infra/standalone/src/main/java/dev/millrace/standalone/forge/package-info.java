/** A small forge for practice: real git over HTTP, the part of Gitea's API that Millrace uses, and its webhooks. */
@NullMarked
package dev.millrace.standalone.forge;

import org.jspecify.annotations.NullMarked;
