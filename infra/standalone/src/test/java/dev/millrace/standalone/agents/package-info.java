@NullMarked
package dev.millrace.standalone.agents;

import org.jspecify.annotations.NullMarked;
