/** Tasks over HTTP from whoever holds the token: for everything that is no webhook. */
@NullMarked
package dev.millrace.ingest.api;

import org.jspecify.annotations.NullMarked;
