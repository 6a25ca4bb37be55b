/** What stages could not use, for the person who looks after it: read, and put back to where it came from. */
@NullMarked
package dev.millrace.standalone.deadletters;

import org.jspecify.annotations.NullMarked;
