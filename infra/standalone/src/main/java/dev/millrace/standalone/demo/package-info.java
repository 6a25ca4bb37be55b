/** A little world to show the whole way in: a practice forge with people, a repository and an issue. */
@NullMarked
package dev.millrace.standalone.demo;

import org.jspecify.annotations.NullMarked;
