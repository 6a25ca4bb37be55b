/** What people type: demo, run, up, agents, doctor, gitea. */
@NullMarked
package dev.millrace.standalone.cli;

import org.jspecify.annotations.NullMarked;
