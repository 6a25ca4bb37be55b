package dev.millrace.worker.sandbox.scenario;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One hostile attempt, as its file tells it.
 *
 * @param number of the file
 * @param threat row in the list of threats
 * @param title a sentence
 * @param control what stops it
 * @param also controls that would stop it too, and have to go with it before the attempt succeeds
 * @param unshown why taking the control away cannot be shown
 * @param sandbox keys of {@code millrace.worker.sandbox}, beside those that every scenario has
 * @param image a script that root runs on the sandbox image first, which makes an image of the scenario's own
 * @param earlier a script in a sandbox that is closed before
 * @param other a script in another sandbox that stays open
 * @param setup a script in the same sandbox
 * @param steps what is tried, one after the other
 * @param neighbour whether another sandbox answers all the while
 * @param layer whether nothing was written to the container's own layer, which is the host's disk
 * @param gone whether no container is left afterwards, closed or not
 */
public record Scenario(
        int number,
        int threat,
        String title,
        Control control,
        List<Control> also,
        Optional<String> unshown,
        Map<String, String> sandbox,
        Optional<String> image,
        Optional<String> earlier,
        Optional<String> other,
        Optional<String> setup,
        List<Step> steps,
        boolean neighbour,
        boolean layer,
        boolean gone) {

    /** One action with what must come of it. */
    public record Step(Action action, Duration limit, Expectation expect) {}

    /** All that has to be taken away for the attempt to succeed. */
    public Set<Control> controls() {
        var all = EnumSet.of(control);
        all.addAll(also);
        return all;
    }

    /** As a display name. */
    @Override
    public String toString() {
        return "%02d %s".formatted(number, title);
    }
}
