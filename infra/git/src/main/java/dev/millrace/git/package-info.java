/** What every stage that uses JGit shares: no configuration but a repository's own, and repositories' end. */
@NullMarked
package dev.millrace.git;

import org.jspecify.annotations.NullMarked;
