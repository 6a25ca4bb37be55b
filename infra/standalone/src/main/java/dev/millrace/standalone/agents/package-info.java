/** Which agents there are, what each still needs on this machine, and what they can be tried on. */
@NullMarked
package dev.millrace.standalone.agents;

import org.jspecify.annotations.NullMarked;
