/** Turns an accepted outcome into one commit, one branch and one pull request, as often as it is asked. */
@NullMarked
package dev.millrace.sink.delivery;

import org.jspecify.annotations.NullMarked;
