package dev.millrace.e2e.guarantees;

import java.util.List;

/** All that is promised under a plan. */
final class Guarantees {
    private Guarantees() {}

    static List<Guarantee> of(Plan plan) {
        return List.of(
                new NothingIsLost(),
                new NothingComesTwice(),
                new OnlyTheHolderIsHeard(),
                new LanesKeepTheirOrder(),
                new LanesMoveOn(plan.patience()),
                new CapsAreKept(Plan.CAP),
                new LeasesAreHeldByOne(plan.lease()),
                new LosersLetGo(plan.letGo()));
    }
}
