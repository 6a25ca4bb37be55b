/** The ids that everything is keyed by; each refuses nonsense at birth. */
@NullMarked
package dev.millrace.schemas.id;

import org.jspecify.annotations.NullMarked;
