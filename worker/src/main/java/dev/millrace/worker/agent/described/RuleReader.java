package dev.millrace.worker.agent.described;

import dev.millrace.worker.agent.described.EndRule.Verdict;
import dev.millrace.worker.agent.described.StepRule.Shown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the rules in an agent's file. */
final class RuleReader {
    static final Set<String> STEP = Set.of("each", "when", "command", "message", "output", "exit", "call", "answer");
    static final Set<String> END = Set.of("when", "exit", "done", "failed", "limit");

    private static final Template NOTHING = Template.parse("");

    private RuleReader() {}

    static StepRule step(Entry entry) {
        Map<String, Entry> fields = entry.fields(STEP);
        String what = one(entry, fields, "command", "message", "answer");
        Shown shown = switch (what) {
            case "command" -> Shown.COMMAND;
            case "message" -> Shown.MESSAGE;
            default -> Shown.ANSWER;
        };
        if (shown == Shown.ANSWER && fields.containsKey("call")) {
            throw fields.get("call").refused("an answer is no call");
        }
        return new StepRule(
                Optional.ofNullable(fields.get("each")).map(each -> each.read(JsonPath::parse)),
                condition(fields.get("when"), entry),
                shown,
                shown == Shown.ANSWER ? NOTHING : template(fields, what),
                template(fields, "output"),
                template(fields, "exit"),
                Optional.ofNullable(fields.get("call")).map(call -> call.read(Template::parse)),
                Optional.ofNullable(fields.get("answer")).map(answer -> answer.read(Template::parse)));
    }

    static EndRule end(Entry entry) {
        Map<String, Entry> fields = entry.fields(END);
        String how = one(entry, fields, "done", "failed", "limit");
        boolean byRecord = one(entry, fields, "when", "exit").equals("when");
        return new EndRule(
                byRecord ? Optional.of(condition(fields.get("when"), entry)) : Optional.empty(),
                byRecord
                        ? OptionalInt.empty()
                        : OptionalInt.of(exit(new DescriptionReader.Required(entry, fields).get("exit"))),
                Verdict.valueOf(how.toUpperCase(java.util.Locale.ROOT)),
                template(fields, how));
    }

    private static int exit(Entry entry) {
        return entry.read(text -> {
            if (!text.matches("\\d{1,3}")) {
                throw new IllegalArgumentException("an exit code is a number, not '" + text + "'");
            }
            return Integer.parseInt(text);
        });
    }

    private static String one(Entry entry, Map<String, Entry> fields, String... choice) {
        List<String> there = Stream.of(choice).filter(fields::containsKey).toList();
        if (there.size() != 1) {
            throw entry.refused("a rule needs one of %s, and only one".formatted(String.join(", ", choice)));
        }
        return there.getFirst();
    }

    private static Template template(Map<String, Entry> fields, String field) {
        Entry entry = fields.get(field);
        return entry == null ? NOTHING : entry.read(Template::parse);
    }

    private static Condition condition(@org.jspecify.annotations.Nullable Entry entry, Entry rule) {
        if (entry == null) {
            throw rule.refused("a rule needs 'when'");
        }
        var wanted = new LinkedHashMap<JsonPath, List<Pattern>>();
        entry.values().forEach((path, value) -> {
            List<Entry> values = value.isList() ? value.items() : List.of(value);
            wanted.put(
                    value.namedPath(),
                    values.stream().map(one -> one.read(Condition::value)).toList());
        });
        return new Condition(wanted);
    }
}
