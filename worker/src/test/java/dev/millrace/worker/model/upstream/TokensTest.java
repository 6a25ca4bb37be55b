package dev.millrace.worker.model.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class TokensTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'prompt_tokens':9,'completion_tokens':2,'prompt_tokens_details':{'cached_tokens':4}} | 9 | 2 | 4 | 0",
                "{'prompt_tokens':9,'completion_tokens':2,'prompt_cache_hit_tokens':4} | 9 | 2 | 4 | 0",
                "{'input_tokens':9,'output_tokens':2,'input_tokens_details':{'cached_tokens':4}} | 9 | 2 | 4 | 0",
                "{'input_tokens':9,'output_tokens':2} | 9 | 2 | 0 | 0",
                "{'input_tokens':2,'output_tokens':2,'cache_read_input_tokens':4,'cache_creation_input_tokens':3} | 9 | 2 | 4 | 3",
                "{'prompt_tokens':9,'prompt_tokens_details':null} | 9 | 0 | 0 | 0",
                "{'prompt_tokens':-9,'completion_tokens':'2'} | 0 | 2 | 0 | 0",
                "{'prompt_tokens':9,'prompt_tokens_details':{'cached_tokens':99}} | 9 | 0 | 9 | 0",
                "{} | 0 | 0 | 0 | 0"
            })
    void areReadAsEveryProviderCounts(String usage, long in, long out, long cached, long stored) {
        assertThat(Tokens.read(new JsonMapper().readTree(usage.replace('\'', '"'))))
                .isEqualTo(new Tokens(in, out, cached, stored));
    }

    @Test
    void ofOneStreamAreTheLargestThatWereTold() {
        assertThat(new Tokens(9, 1, 4, 0).most(new Tokens(0, 7, 0, 0))).isEqualTo(new Tokens(9, 7, 4, 0));
    }
}
