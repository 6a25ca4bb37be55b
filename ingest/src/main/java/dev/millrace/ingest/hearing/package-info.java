/** What follows from an event in the forge, whoever told of it: a request, a reaction at once, a sentence said once. */
@NullMarked
package dev.millrace.ingest.hearing;

import org.jspecify.annotations.NullMarked;
