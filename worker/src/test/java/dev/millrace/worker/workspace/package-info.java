/** Repositories in and changesets out, with git repositories made for the purpose. */
@NullMarked
package dev.millrace.worker.workspace;

import org.jspecify.annotations.NullMarked;
