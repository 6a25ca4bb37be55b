package dev.millrace.e2e.guarantees;

import static org.awaitility.Awaitility.await;

import dev.millrace.bench.fleet.Fleet;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plays a plan: asks for its tasks, lets its faults happen, and waits until everything has come to its end. */
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final List<String> SMALL =
            List.of("-Xmx160m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /** How many deliveries are sent twice. */
    private static final double REPEATED = 0.03;

    private final Plan plan;
    private final Fleet fleet;
    private final Recorder recorder;

    private Rehearsal(Plan plan, Fleet fleet, Recorder recorder) {
        this.plan = plan;
        this.fleet = fleet;
        this.recorder = recorder;
    }

    /**
     * Returns all that happened.
     *
     * @param directory for the processes' logs and data
     */
    static History play(Plan plan, Path directory) throws Exception {
        try (var fleet = Fleet.start(directory, 4, SMALL);
                var recorder = new Recorder(fleet)) {
            fleet.sink(REPEATED, plan.seed());
            new Rehearsal(plan, fleet, recorder).play();
            recorder.awaitAll();
            return new History(recorder.facts());
        }
    }

    private void play() throws InterruptedException, ExecutionException {
        var crew = new Crew(plan, fleet, recorder);
        crew.awaitReady();
        List<Future<?>> begun = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            begin(crew, what -> begun.add(threads.submit(what)));
        }
        for (Future<?> each : begun) {
            each.get();
        }
        crew.end();
    }

    /** Begins whatever is due, as long as something comes to its end now and then; guarantees tell of what does not. */
    private void begin(Crew crew, Consumer<Runnable> threads) {
        Publisher publisher = fleet.publisher("/millrace/guarantees");
        List<TaskRequest> requests = plan.requests();
        Queue<Fault> faults = new ArrayDeque<>(plan.events());
        int asked = 0;
        try {
            for (long done = 0; done < plan.tasks(); done = recorder.done()) {
                LOG.debug("{} of {} tasks are done", done, plan.tasks());
                while (asked < plan.due(done)) {
                    TaskRequest next = requests.get(asked);
                    int times = plan.isRepeated(asked) ? 2 : 1;
                    threads.accept(() -> ask(publisher, next, times));
                    asked++;
                }
                while (!faults.isEmpty() && faults.peek().after() <= done) {
                    Fault next = faults.remove();
                    threads.accept(() -> crew.befall(next));
                }
                long before = done;
                await("another end of a task").atMost(plan.patience()).until(() -> recorder.done() > before);
            }
        } catch (ConditionTimeoutException stuck) {
            LOG.error("nothing moves any more", stuck);
        }
    }

    /** Until the broker has it, as ingest's callers would; what was not acknowledged may be there all the same. */
    private void ask(Publisher publisher, TaskRequest request, int times) {
        String key = RepoId.parse(request.getRepo()).key();
        var trace = TraceParent.start(new Random(plan.seed()));
        for (int acknowledged = 0; acknowledged < times; ) {
            try {
                publisher
                        .publish(fleet.topics().requests(), key, request, request.getTaskId(), trace)
                        .join();
                acknowledged++;
            } catch (CompletionException unheard) {
                LOG.info("{} is asked for again", request.getTaskId(), unheard);
            }
        }
    }
}
