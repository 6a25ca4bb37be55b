package dev.millrace.worker.model.upstream;

import tools.jackson.databind.JsonNode;

/**
 * What one answer used, as its provider counts; 0 where it did not say.
 *
 * @param in of the prompt, cached ones included
 * @param out of the answer, thinking included
 * @param cached the part of {@code in} that the provider had at hand
 * @param stored the part of {@code in} that it keeps at hand from now on, at a price of its own
 */
public record Tokens(long in, long out, long cached, long stored) {
    public static final Tokens NONE = new Tokens(0, 0, 0, 0);

    public Tokens {
        in = Math.max(0, in);
        out = Math.max(0, out);
        cached = Math.clamp(cached, 0, in);
        stored = Math.clamp(stored, 0, in - cached);
    }

    /** Reads a {@code usage} object of any protocol. */
    public static Tokens read(JsonNode usage) {
        long out = first(usage, "completion_tokens", "output_tokens");
        if (usage.has("cache_read_input_tokens") || usage.has("cache_creation_input_tokens")) {
            // Anthropic counts what came from the cache, or went into it, beside the rest of the prompt.
            long cached = first(usage, "cache_read_input_tokens");
            long stored = first(usage, "cache_creation_input_tokens");
            return new Tokens(first(usage, "input_tokens") + cached + stored, out, cached, stored);
        }
        long cached = Math.max(
                usage.path("prompt_tokens_details").path("cached_tokens").asLong(0),
                Math.max(
                        usage.path("input_tokens_details").path("cached_tokens").asLong(0),
                        first(usage, "prompt_cache_hit_tokens")));
        return new Tokens(first(usage, "prompt_tokens", "input_tokens"), out, cached, 0);
    }

    /** Of two reports on the same answer, the larger of each number: providers count upwards in a stream. */
    public Tokens most(Tokens other) {
        return new Tokens(
                Math.max(in, other.in),
                Math.max(out, other.out),
                Math.max(cached, other.cached),
                Math.max(stored, other.stored));
    }

    public Tokens plus(Tokens more) {
        return new Tokens(in + more.in, out + more.out, cached + more.cached, stored + more.stored);
    }

    public long total() {
        return in + out;
    }

    private static long first(JsonNode usage, String... names) {
        for (String name : names) {
            long value = usage.path(name).asLong(0);
            if (value > 0) {
                return value;
            }
        }
        return 0;
    }
}
