package dev.millrace.e2e.guarantees;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is asked for and what goes wrong, all of it from one seed.
 *
 * @param lanes spread evenly over the repositories
 * @param seats of each worker
 * @param longest that a task works; the shortest is a fifth of it
 * @param patience with a lane, and with all of them
 * @param letGo how long it may take from hearing of a lease's loss to the sandbox's removal
 */
record Plan(
        long seed,
        int tasks,
        int lanes,
        int repositories,
        int workers,
        int seats,
        int dispatchers,
        Faults faults,
        Duration lease,
        Duration heartbeat,
        Duration longest,
        Duration patience,
        Duration letGo) {
    static final int CAP = 4;

    /** How much of all is asked for before something of it has ended. */
    private static final double AHEAD = 0.25;

    /** Faults happen while the first of so many tasks come to their end, so that there is something left to do. */
    private static final double FAULTY = 0.85;

    /** Of tasks, how many break once, and how many are asked for twice. */
    private static final double PART = 0.03;

    /** How many of each. */
    record Faults(int workerKills, int freezes, int dispatchKills, int brokerKills) {}

    /** For every build, also on a machine that has other things to do. */
    static Plan small(long seed) {
        return new Plan(
                seed,
                120,
                12,
                4,
                3,
                4,
                2,
                new Faults(4, 2, 1, 1),
                Duration.ofSeconds(6),
                Duration.ofMillis(1_500),
                Duration.ofMillis(2_500),
                Duration.ofMinutes(2),
                Duration.ofSeconds(15));
    }

    /** As promised; takes a quarter of an hour. */
    static Plan full(long seed) {
        return new Plan(
                seed,
                2_000,
                100,
                20,
                3,
                4,
                2,
                new Faults(32, 20, 5, 3),
                Duration.ofSeconds(12),
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                Duration.ofMinutes(3),
                Duration.ofSeconds(5));
    }

    /** In the order in which they are to be asked for. */
    List<TaskRequest> requests() {
        var random = new Random(seed);
        List<TaskRequest> requests = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            int lane = task % lanes;
            int repository = lane % repositories;
            int longestMillis = Math.toIntExact(longest.toMillis());
            List<String> script = new ArrayList<>();
            script.add("work " + random.nextInt(longestMillis / 5, longestMillis));
            if (random.nextDouble() < PART) {
                script.add("break 1");
            }
            requests.add(TaskRequest.newBuilder()
                    .setTaskId("task-%05d".formatted(task))
                    .setRepo("Group%d/project".formatted(repository))
                    .setNumber(1 + lane / repositories)
                    .setTrigger(TriggerKind.API)
                    .setRequestedBy("person" + lane)
                    .setRequestedAt(Instant.EPOCH.plusMillis(task))
                    .setInstruction("Do as the script says.")
                    .setScript(script)
                    .setPriority(random.nextInt(2))
                    .build());
        }
        Collections.shuffle(requests, random);
        return requests;
    }

    /** How many are to be asked for once so many have ended. */
    int due(long done) {
        return (int) Math.min(tasks, done + Math.ceil(tasks * AHEAD));
    }

    /** Which requests come twice, by their place. */
    boolean isRepeated(int place) {
        return new Random(seed * 31 + place).nextDouble() < PART;
    }

    /** In the order in which they happen. */
    List<Fault> events() {
        var random = new Random(seed + 1);
        List<Fault.Kind> kinds = new ArrayList<>();
        kinds.addAll(Collections.nCopies(faults.workerKills(), Fault.Kind.KILL_WORKER));
        kinds.addAll(Collections.nCopies(faults.freezes(), Fault.Kind.FREEZE_WORKER));
        kinds.addAll(Collections.nCopies(faults.dispatchKills(), Fault.Kind.KILL_DISPATCH));
        kinds.addAll(Collections.nCopies(faults.brokerKills(), Fault.Kind.KILL_BROKER));
        Collections.shuffle(kinds, random);
        List<Fault> events = new ArrayList<>();
        for (int event = 0; event < kinds.size(); event++) {
            double when = (event + random.nextDouble()) / kinds.size();
            events.add(
                    new Fault((long) (tasks * FAULTY * when), kinds.get(event), random.nextInt(workers * dispatchers)));
        }
        return events;
    }
}
