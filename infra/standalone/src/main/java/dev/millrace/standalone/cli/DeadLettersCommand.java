package dev.millrace.standalone.cli;

import dev.millrace.standalone.deadletters.DeadLetterBox;
import dev.millrace.standalone.deadletters.Letter;
import dev.millrace.standalone.deadletters.NotRequeued;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What stages set aside: to look at, and to put back once the cause is gone. */
@Command(
        name = "dead-letters",
        description = {"What stages could not use and set aside, with why; and the way back."},
        mixinStandardHelpOptions = true,
        subcommands = {
            DeadLettersCommand.ListThem.class,
            DeadLettersCommand.Show.class,
            DeadLettersCommand.Requeue.class
        })
public final class DeadLettersCommand {
    private static final JsonMapper JSON = new JsonMapper();

    private DeadLettersCommand() {}

    /** What the three have in common. */
    abstract static class OnTheBox implements Runnable {
        @Mixin
        private Brokers brokers = new Brokers();

        @Option(names = "--json", description = "for machines")
        private boolean json;

        @Spec
        private @Nullable CommandSpec spec;

        abstract void on(DeadLetterBox box, PrintWriter out);

        @Override
        public final void run() {
            Surroundings.log(Path.of("/dev/null"), "ERROR");
            try (var box =
                    new DeadLetterBox(brokers.clients(), brokers.topics(), Clock.systemUTC(), brokers.patience())) {
                PrintWriter out = Objects.requireNonNull(spec, "picocli sets it")
                        .commandLine()
                        .getOut();
                on(box, out);
                out.flush();
            }
        }

        final boolean json() {
            return json;
        }
    }

    @Command(name = "list", description = "all of them, the oldest first", mixinStandardHelpOptions = true)
    static final class ListThem extends OnTheBox {
        @Override
        void on(DeadLetterBox box, PrintWriter out) {
            List<Letter> letters = box.all();
            if (json()) {
                out.println(JSON.writeValueAsString(
                        letters.stream().map(ShownLetter::of).toList()));
                return;
            }
            if (letters.isEmpty()) {
                out.println("There are no dead letters.");
            }
            letters.forEach(letter -> ShownLetter.of(letter).printTo(out));
        }
    }

    @Command(name = "show", description = "one of them, with its bytes", mixinStandardHelpOptions = true)
    static final class Show extends OnTheBox {
        @Parameters(paramLabel = "ID", description = "as list tells it")
        private long id;

        @Option(names = "--out", paramLabel = "FILE", description = "write the bytes there")
        private @Nullable Path file;

        @Override
        void on(DeadLetterBox box, PrintWriter out) {
            Letter letter =
                    box.all().stream().filter(it -> it.id() == id).findFirst().orElseThrow(() -> none(id));
            ProducerRecord<byte[], byte[]> original = box.original(id).orElseThrow(() -> none(id));
            if (file != null) {
                write(file, original.value());
            }
            var shown = ShownLetter.whole(letter, original);
            if (json()) {
                out.println(JSON.writeValueAsString(shown));
            } else {
                shown.printTo(out);
            }
        }

        private static void write(Path file, byte @Nullable [] bytes) {
            try {
                Files.write(file, bytes == null ? new byte[0] : bytes);
            } catch (IOException failed) {
                throw new UserError("%s cannot be written".formatted(file), failed);
            }
        }

        private static UserError none(long id) {
            return new UserError("there is no dead letter %d: list shows those that there are".formatted(id));
        }
    }

    @Command(
            name = "requeue",
            description = "puts one back to the topic and partition that it came from, once",
            mixinStandardHelpOptions = true)
    static final class Requeue extends OnTheBox {
        @Parameters(paramLabel = "ID", description = "as list tells it")
        private long id;

        @Option(names = "--again", description = "even if that was done before")
        private boolean again;

        @Override
        void on(DeadLetterBox box, PrintWriter out) {
            try {
                box.requeue(id, again);
            } catch (NotRequeued refused) {
                throw new UserError(String.valueOf(refused.getMessage()), refused);
            }
            if (json()) {
                out.println("{\"id\":%d,\"requeued\":true}".formatted(id));
            } else {
                out.println("Dead letter %d is back where it came from.".formatted(id));
            }
        }
    }
}
