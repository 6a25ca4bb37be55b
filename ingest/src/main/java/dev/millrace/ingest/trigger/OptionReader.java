package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.Command.Options;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes options, {@code --name value} or {@code --name=value}, and keeps the first thing that is wrong with one. */
final class OptionReader {
    private static final List<String> NAMES = List.of("--agent", "--model", "--budget");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/+@-]{0,199}");
    private static final Pattern DOLLARS = Pattern.compile("\\$?(\\d{1,6}(?:\\.\\d{1,6})?)\\$?");
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

    private Options options = Options.NONE;
    private Optional<String> problem = Optional.empty();

    Options read() {
        return options;
    }

    /** What is wrong, for the person; empty where nothing is. */
    Optional<String> problem() {
        return problem;
    }

    /** Whether the word names an option, if perhaps a little wrong. */
    boolean knows(String word) {
        String name = name(word);
        return name.startsWith("--")
                && (NAMES.contains(name) || Likeness.nearest(name, NAMES).isPresent());
    }

    /** Takes the option that the words begin with; returns of how many words it consists. */
    int take(List<String> words) {
        String first = words.getFirst();
        String name = name(first);
        if (!NAMES.contains(name)) {
            var meant = Likeness.nearest(name, NAMES);
            wrong("I do not know the option `%s`.%s"
                    .formatted(
                            Likeness.shown(name),
                            meant.map(" Did you mean `%s`?"::formatted).orElse("")));
            return 1;
        }
        boolean inline = first.length() > name.length();
        if (!inline && words.size() < 2) {
            wrong("The option `%s` needs a value.".formatted(name));
            return 1;
        }
        set(name, inline ? first.substring(name.length() + 1) : words.get(1));
        return inline ? 1 : 2;
    }

    private void set(String name, String value) {
        if (name.equals("--budget")) {
            var dollars = DOLLARS.matcher(value);
            if (!dollars.matches() || new BigDecimal(dollars.group(1)).signum() == 0) {
                wrong("The option `--budget` needs an amount of US dollars, such as `--budget 2.50`.");
                return;
            }
            long micros = new BigDecimal(dollars.group(1)).multiply(MICROS).longValueExact();
            options = new Options(options.agent(), options.model(), Optional.of(micros));
        } else if (!NAME.matcher(value).matches()) {
            wrong("The option `%s` needs a name.".formatted(name));
        } else {
            options = name.equals("--agent")
                    ? new Options(value, options.model(), options.budgetMicros())
                    : new Options(options.agent(), value, options.budgetMicros());
        }
    }

    private static String name(String word) {
        int equals = word.indexOf('=');
        return equals < 0 ? word : word.substring(0, equals);
    }

    private void wrong(String what) {
        problem = problem.or(() -> Optional.of(what));
    }
}
