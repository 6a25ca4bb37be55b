/** Every stage in one process, with what it needs beside it. */
@NullMarked
package dev.millrace.standalone.allinone;

import org.jspecify.annotations.NullMarked;
