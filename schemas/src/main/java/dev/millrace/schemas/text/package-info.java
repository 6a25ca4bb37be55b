/** What is done to the words of people before a model reads them. */
@NullMarked
package dev.millrace.schemas.text;

import org.jspecify.annotations.NullMarked;
