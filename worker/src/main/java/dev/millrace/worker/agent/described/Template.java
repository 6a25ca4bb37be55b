package dev.millrace.worker.agent.described;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A text with places in it that are filled in: <code>{path}</code>, or <code>{one|other}</code> for the first that is
 * not empty. Braces around anything else mean themselves.
 */
final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{([\\w.-]+(?:\\|[\\w.-]+)*)}");

    private final String text;

    private Template(String text) {
        this.text = text;
    }

    static Template parse(String text) {
        var template = new Template(text);
        template.places().forEach(JsonPath::parse);
        return template;
    }

    /** All that is to be filled in. */
    List<String> places() {
        var places = new ArrayList<String>();
        for (Matcher place = PLACE.matcher(text); place.find(); ) {
            places.addAll(List.of(place.group(1).split("\\|")));
        }
        return places;
    }

    String fill(JsonNode values) {
        return fill(place -> JsonPath.text(JsonPath.parse(place).in(values)));
    }

    String fill(Function<String, String> values) {
        return PLACE.matcher(text)
                .replaceAll(
                        place -> Matcher.quoteReplacement(first(place.group(1).split("\\|"), values)));
    }

    private static String first(String[] places, Function<String, String> values) {
        for (String place : places) {
            String value = values.apply(place);
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    @Override
    public String toString() {
        return text;
    }
}
