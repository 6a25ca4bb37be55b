package dev.millrace.e2e.guarantees;

import dev.millrace.schemas.avro.Phase;
import java.util.ArrayList;
import java.util.List;

/** Compares each reported outcome with whoever held the lease when the task went to the sink. */
final class OnlyTheHolderIsHeard implements Guarantee {

    @Override
    public String promise() {
        return "an outcome is the report of whoever held the lease";
    }

    @Override
    public List<String> breaches(History history) {
        var stands = history.stands();
        List<String> breaches = new ArrayList<>();
        history.all(Fact.Ended.class).filter(Fact.Ended::isReported).forEach(ended -> {
            Fact.Stands before = null;
            for (Fact.Stands next : stands.getOrDefault(ended.task(), List.of())) {
                if (next.phase() == Phase.DELIVERING || next.phase() == Phase.DONE) {
                    break;
                }
                before = next;
            }
            if (before == null || !before.isHeldBy(ended.attempt(), ended.worker())) {
                breaches.add("the outcome of task %s is of attempt %d by %s, but the task stood so: %s"
                        .formatted(ended.task(), ended.attempt(), ended.worker(), before));
            }
        });
        return breaches;
    }
}
