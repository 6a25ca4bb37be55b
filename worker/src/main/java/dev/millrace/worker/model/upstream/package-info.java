/** Where models are: endpoints, their keys, their names for models, what they charge, and how they say no. */
@NullMarked
package dev.millrace.worker.model.upstream;

import org.jspecify.annotations.NullMarked;
