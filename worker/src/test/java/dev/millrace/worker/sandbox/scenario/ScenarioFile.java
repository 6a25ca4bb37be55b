package dev.millrace.worker.sandbox.scenario;

import dev.millrace.worker.sandbox.LimitReached;
import java.io.IOException;
import java.io.Reader;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.util.StringUtils;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** Reads scenarios. A file with anything in it that is not understood is refused, with its name and the line. */
public final class ScenarioFile {
    private static final Pattern NAME = Pattern.compile("(\\d{2,3})-[a-z0-9]+(-[a-z0-9]+)*\\.yaml");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Set<Integer> ROWS = Set.of(7, 8, 18, 19, 20, 21, 22, 23, 24, 25);

    private ScenarioFile() {}

    /** All of them, by number, or those that {@code -Dscenarios=7,12} names. */
    public static List<Scenario> all() {
        URL directory =
                Objects.requireNonNull(ScenarioFile.class.getResource("/dev/millrace/worker/sandbox/scenarios"));
        Set<String> only = StringUtils.commaDelimitedListToSet(System.getProperty("scenarios", ""));
        try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .map(ScenarioFile::read)
                    .filter(scenario -> only.isEmpty() || only.contains(Integer.toString(scenario.number())))
                    .sorted(Comparator.comparingInt(Scenario::number))
                    .toList();
        } catch (IOException | URISyntaxException unreadable) {
            throw new IllegalStateException("cannot read the scenarios in " + directory, unreadable);
        }
    }

    private static Scenario read(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            return read(file.getFileName().toString(), reader);
        } catch (IOException unreadable) {
            throw new IllegalStateException("cannot read " + file, unreadable);
        }
    }

    static Scenario read(String name, Reader content) {
        Matcher named = NAME.matcher(name);
        if (!named.matches()) {
            throw new IllegalArgumentException(name + ": a scenario's file is called such as 07-words-of-it.yaml");
        }
        var fields = new Fields(name, new Yaml(new LoaderOptions()).compose(content));
        int threat = fields.number("threat")
                .filter(ROWS::contains)
                .orElseThrow(() -> fields.wrong("'threat' must be one of the rows " + new TreeSet<>(ROWS)));
        return fields.done(new Scenario(
                Integer.parseInt(named.group(1)),
                threat,
                fields.needed("title"),
                fields.as("control", "a control", Control::named)
                        .orElseThrow(() -> fields.wrong("'control' is missing")),
                fields.all("also", "a control", Control::named),
                fields.text("unshown"),
                fields.fields("sandbox").map(Fields::rest).orElse(Map.of()),
                fields.text("image"),
                fields.text("earlier"),
                fields.text("other"),
                fields.text("setup"),
                steps(fields),
                fields.flag("neighbour", "unharmed"),
                fields.flag("layer", "empty"),
                fields.flag("afterwards", "gone")));
    }

    /** What the scenario tries, and what it tries {@code then}. */
    private static List<Scenario.Step> steps(Fields fields) {
        var steps = new ArrayList<Scenario.Step>();
        steps.add(step(fields));
        fields.list("then").forEach(then -> steps.add(then.done(step(then))));
        return steps;
    }

    private static Scenario.Step step(Fields fields) {
        Action action = action(fields);
        return new Scenario.Step(
                action,
                fields.duration("limit").orElse(LIMIT),
                fields.fields("expect")
                        .map(ScenarioFile::expectation)
                        .orElseThrow(() -> fields.wrong("'expect' is missing")));
    }

    private static Action action(Fields fields) {
        var actions = new ArrayList<Action>();
        Consumer<Action> add = actions::add;
        fields.text("run").map(Action.Shell::new).ifPresent(add);
        fields.text("python").map(Action.Python::new).ifPresent(add);
        fields.fields("write")
                .map(write -> write.done(new Action.Write(write.needed("path"), write.needed("content"))))
                .ifPresent(add);
        fields.fields("unpack")
                .map(unpack -> unpack.done(new Action.Unpack(unpack.needed("into"), entries(unpack))))
                .ifPresent(add);
        fields.text("read").map(Action.Read::new).ifPresent(add);
        fields.fields("list")
                .map(list -> list.done(new Action.Listing(
                        list.needed("directory"), list.number("most").orElse(Integer.MAX_VALUE))))
                .ifPresent(add);
        if (fields.flag("inspect", "container")) {
            add.accept(new Action.Inspect());
        }
        if (actions.size() != 1) {
            throw fields.wrong("here must be one of run, python, write, unpack, read, list and inspect");
        }
        return actions.getFirst();
    }

    private static List<Action.Entry> entries(Fields unpack) {
        return unpack.list("entries").stream()
                .map(entry -> entry.done(new Action.Entry(
                        entry.as("kind", "a kind of entry", ScenarioFile::kind).orElse(Action.Kind.FILE),
                        entry.needed("path"),
                        entry.text("content").orElse(""))))
                .toList();
    }

    private static Action.Kind kind(String word) {
        return Action.Kind.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static Expectation expectation(Fields fields) {
        return fields.done(new Expectation(
                end(fields),
                fields.text("stdout"),
                fields.texts("contains"),
                fields.texts("lacks"),
                Set.copyOf(fields.all("limit", "a kind of limit", LimitReached.Kind::valueOf)),
                fields.duration("within"),
                fields.number("shorter")));
    }

    private static Expectation.End end(Fields fields) {
        var ends = new ArrayList<Expectation.End>();
        fields.number("exit").map(Expectation.End.Exit::new).ifPresent(ends::add);
        if (fields.flag("fails", "true")) {
            ends.add(new Expectation.End.Fails());
        }
        Optional.of(fields.texts("refused"))
                .filter(errors -> !errors.isEmpty())
                .map(Expectation.End.Refused::new)
                .ifPresent(ends::add);
        if (fields.flag("out-of-time", "true")) {
            ends.add(new Expectation.End.TimesOut());
        }
        if (fields.flag("anyhow", "true")) {
            ends.add(new Expectation.End.Anyhow());
        }
        if (fields.flag("sandbox", "dies")) {
            ends.add(new Expectation.End.SandboxDies());
        }
        if (ends.size() > 1) {
            throw fields.wrong("only one of exit, fails, refused, out-of-time, anyhow and sandbox can be expected");
        }
        return ends.isEmpty() ? new Expectation.End.Exit(0) : ends.getFirst();
    }
}
