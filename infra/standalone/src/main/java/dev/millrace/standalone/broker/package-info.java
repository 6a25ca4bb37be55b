/** A real single-node Kafka broker as a supervised child process, on loopback, with a directory that persists. */
@NullMarked
package dev.millrace.standalone.broker;

import org.jspecify.annotations.NullMarked;
