/**
 * Holds what Millrace writes today against everything that it ever released.
 *
 * <p>{@code schemas/src/released/N} keeps one schema per topic record, as stages of the N-th contract register them.
 * These files are never changed. A release whose schemas differ from the newest of them adds the next directory:
 *
 * <pre>{@code
 * mvn -pl schemas -am test -Dtest=ContractRelease -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.contract=2
 * }</pre>
 *
 * <p>and commits it with the release. What may change between two of them is told in {@code docs/topics.md}.
 */
@NullMarked
package dev.millrace.schemas.contract;

import org.jspecify.annotations.NullMarked;
