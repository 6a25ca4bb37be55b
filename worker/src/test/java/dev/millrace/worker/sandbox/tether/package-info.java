/** Tests of the wire into a sandbox: against the real other end, a scripted one, and hostile ones. */
@NullMarked
package dev.millrace.worker.sandbox.tether;

import org.jspecify.annotations.NullMarked;
