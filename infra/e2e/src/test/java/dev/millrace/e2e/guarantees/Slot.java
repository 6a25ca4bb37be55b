package dev.millrace.e2e.guarantees;

import dev.millrace.bench.fleet.Fleet;
import dev.millrace.bench.fleet.Journal;
import dev.millrace.bench.fleet.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A place for a worker: when its process is killed, another takes it. Thread-safe. */
final class Slot {
    private final String name;
    private final Fleet fleet;
    private final List<String> settings;
    private final Recorder recorder;
    private final List<Path> journals = new ArrayList<>();
    private Member member;
    private boolean frozen;

    Slot(String name, Fleet fleet, List<String> settings, Recorder recorder) {
        this.name = name;
        this.fleet = fleet;
        this.settings = settings;
        this.recorder = recorder;
        this.member = begin();
    }

    /** An attempt whose sandbox lives in this slot. */
    record Held(String task, int attempt) {}

    synchronized boolean isFrozen() {
        return frozen;
    }

    synchronized Set<Held> held() {
        Set<Held> held = new LinkedHashSet<>();
        for (Journal.Entry entry : Journal.read(journals.getLast())) {
            switch (entry.kind()) {
                case WORKER -> held.clear();
                case HOLDS -> held.add(new Held(entry.name(), entry.attempt()));
                case LEFT -> held.remove(new Held(entry.name(), entry.attempt()));
            }
        }
        return held;
    }

    synchronized void kill() {
        worker().ifPresentOrElse(
                        worker -> {
                            member.kill();
                            recorder.happened(new Fact.Died(Instant.now(), worker));
                        },
                        member::kill);
        member = begin();
    }

    synchronized void freeze() throws IOException, InterruptedException {
        String worker = worker().orElseThrow();
        member.freeze();
        frozen = true;
        recorder.happened(new Fact.Froze(Instant.now(), worker));
    }

    synchronized void thaw() throws IOException, InterruptedException {
        String worker = worker().orElseThrow();
        recorder.happened(new Fact.Thawed(Instant.now(), worker));
        member.thaw();
        frozen = false;
    }

    /** Of the worker that lives here now; empty while it is about to begin. */
    synchronized Optional<String> worker() {
        return Journal.read(journals.getLast()).stream()
                .filter(entry -> entry.kind() == Journal.Kind.WORKER)
                .map(Journal.Entry::name)
                .reduce((_, last) -> last);
    }

    /** Ends the worker as an operator would, and takes down what all that were here did. */
    synchronized void end() {
        member.close();
        journals.forEach(recorder::takeDown);
    }

    private Member begin() {
        String life = "%s-%d".formatted(name, journals.size() + 1);
        journals.add(fleet.journal(life));
        return fleet.worker(life, settings);
    }
}
