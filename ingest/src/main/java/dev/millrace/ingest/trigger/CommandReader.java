package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.Mention.Address;
import dev.millrace.schemas.id.TaskId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Understands what follows a mention. A command is one only where it is all that was said, so that nobody's prose is
 * taken for one; options stand at the beginning or at the end of the line, {@code plan} before everything else.
 */
final class CommandReader {
    private static final List<String> WORDS = List.of("cancel", "retry", "status", "help", "plan", "approve");
    private static final Pattern DERIVED_ID = Pattern.compile("(?=.*[0-9])[0-9a-z]{16}");

    private final OptionReader options = new OptionReader();
    private final Address said;
    private final List<String> words;
    private final String more;
    private int from;
    private int to;

    private CommandReader(Address said) {
        this.said = said;
        int newline = said.after().indexOf('\n');
        String line = newline < 0 ? said.after() : said.after().substring(0, newline);
        more = newline < 0 ? "" : said.after().substring(newline);
        words = Pattern.compile("\\s+")
                .splitAsStream(line.strip())
                .filter(word -> !word.isEmpty())
                .toList();
        to = words.size();
    }

    static Command read(Address said) {
        return new CommandReader(said).command();
    }

    private Command command() {
        leading();
        boolean plan = from < to && plain(words.get(from)).equals("plan");
        if (plan) {
            from++;
            leading();
        }
        trailing();
        if (options.problem().isPresent()) {
            return new Command.Unknown(options.problem().get());
        }
        if (!plan && more.isBlank()) {
            var only = only();
            if (only.isPresent()) {
                return only.get();
            }
        }
        return new Command.Work(options.read(), plan, text());
    }

    private String text() {
        String line = from == 0 && to == words.size() ? said.after() : String.join(" ", words.subList(from, to)) + more;
        return (said.before() + line).strip();
    }

    private void leading() {
        while (from < to && words.get(from).startsWith("--")) {
            from += options.take(words.subList(from, to));
        }
    }

    /** Prose may end with what looks like an option; only what is one, or nearly, is taken for one. */
    private void trailing() {
        while (from < to) {
            int at = words.get(to - 1).startsWith("--") ? to - 1 : to - 2;
            if (at < from || !options.knows(words.get(at))) {
                return;
            }
            options.take(words.subList(at, to));
            to = at;
        }
    }

    /** The command that these words are, and nothing else. */
    private Optional<Command> only() {
        if (from == to) {
            return Optional.empty();
        }
        String word = plain(words.get(from));
        if (to - from == 1) {
            return Optional.ofNullable(
                    switch (word) {
                        case "cancel" -> new Command.Cancel(Optional.empty());
                        case "retry" -> new Command.Retry(Optional.empty());
                        case "status" -> new Command.Status();
                        case "help" -> new Command.Help();
                        case "approve" -> new Command.Approve(options.read());
                        default -> unknown(words.get(from), word);
                    });
        }
        if (to - from == 2 && DERIVED_ID.matcher(words.get(from + 1)).matches()) {
            var task = Optional.of(new TaskId(words.get(from + 1)));
            return switch (word) {
                case "cancel" -> Optional.of(new Command.Cancel(task));
                case "retry" -> Optional.of(new Command.Retry(task));
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    /** A single word is a task like any other, unless it looks like a command gone wrong. */
    private static Command.@Nullable Unknown unknown(String said, String word) {
        var meant = Likeness.nearest(word, WORDS);
        if (meant.isPresent()) {
            return new Command.Unknown("I do not know `%s`. Did you mean `%s`?".formatted(word, meant.get()));
        }
        return said.startsWith("/") ? new Command.Unknown("I do not know `%s`.".formatted(Likeness.shown(said))) : null;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("^/|[.!?:,;]+$", "");
    }
}
