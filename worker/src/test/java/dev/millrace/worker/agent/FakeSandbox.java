package dev.millrace.worker.agent;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.CommandsOnly;
import dev.millrace.worker.sandbox.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Answers commands by a function, but for the question for bash, which it may have. */
final class FakeSandbox extends CommandsOnly {
    private final boolean bash;
    private final Function<Command, Ended> behaviour;

    final List<Command> commands = new ArrayList<>();

    FakeSandbox(Function<Command, Ended> behaviour) {
        this(true, behaviour);
    }

    private FakeSandbox(boolean bash, Function<Command, Ended> behaviour) {
        this.bash = bash;
        this.behaviour = behaviour;
    }

    static FakeSandbox withoutBash(Function<Command, Ended> behaviour) {
        return new FakeSandbox(false, behaviour);
    }

    static Ended prints(String output) {
        return new Ended(0, output, "", false, Duration.ofMillis(5));
    }

    @Override
    public Ended run(Command command) {
        if (command.argv().getLast().equals("command -v bash")) {
            return bash ? prints("/bin/bash") : new Ended(127, "", "", false, Duration.ZERO);
        }
        commands.add(command);
        return behaviour.apply(command);
    }

    @Override
    public void close() {}
}
