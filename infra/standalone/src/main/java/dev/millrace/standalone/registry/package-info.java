/** A schema registry that persists, as a supervised child process: Apicurio with Confluent's API. */
@NullMarked
package dev.millrace.standalone.registry;

import org.jspecify.annotations.NullMarked;
