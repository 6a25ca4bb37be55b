package dev.millrace.ingest.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MentionTest {
    private final Mention mention = new Mention("agent-bot");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@agent-bot please fix",
                "please fix, @agent-bot",
                "please fix @agent-bot.",
                "(@agent-bot)",
                "@Agent-BOT fix",
                "@agent-bot: fix",
                "@agent-bot's turn",
                "**@agent-bot** fix",
                "> quoted\n\n@agent-bot fix",
                "```\ncode\n```\n@agent-bot fix",
                "~~~\n```\n~~~\n@agent-bot fix",
                "`code` @agent-bot `code`",
                "one ` backtick, @agent-bot",
                "a\n    @agent-bot in a paragraph goes on",
                "- @agent-bot in a list",
                "<!-- note -->@agent-bot fix",
            })
    void theBotIsAddressed(String text) {
        assertThat(mention.in(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "agent-bot",
                "@agent",
                "@agent-bot2 fix",
                "@agent-bot-2 fix",
                "@agent-bot_x",
                "@agent-bot.example",
                "@agent-botté",
                "mail@agent-bot",
                "me.@agent-bot",
                "https://example.com/@agent-bot",
                "@@agent-bot",
                "@agent-bot/team",
                "`@agent-bot`",
                "``a ` @agent-bot``",
                "`two\nlines @agent-bot`",
                "```\n@agent-bot\n```",
                "```sh\n@agent-bot",
                "````\n```\n@agent-bot\n````",
                "- ~~~\n  @agent-bot\n  ~~~",
                "    @agent-bot in indented code",
                "text\n\n\t@agent-bot in indented code",
                "> @agent-bot in a quote",
                "  >> @agent-bot in a quote",
                "1. > @agent-bot in a quote in a list",
                "<!-- @agent-bot -->",
                "<!-- never closed @agent-bot",
                "@\u200bagent-bot kept from being a mention",
            })
    void theBotIsNotAddressed(String text) {
        assertThat(mention.in(text)).isFalse();
    }

    @Test
    void theMentionIsTakenOutOfWhatTheAgentIsTold() {
        assertThat(mention.split("Hey @agent-bot, fix it. Run `@agent-bot`. Thanks @AGENT-BOT"))
                .isEqualTo(new Mention.Address("Hey ", "fix it. Run `@agent-bot`. Thanks "));
    }

    @Test
    void hugeTextsOfNothingButMarksAreRead() {
        assertThat(mention.in("`".repeat(1_000_000))).isFalse();
        assertThat(mention.in("` `` ".repeat(200_000))).isFalse();
        assertThat(mention.in("- ".repeat(500_000) + "@agent-bot")).isTrue();
        assertThat(mention.in("> ".repeat(500_000))).isFalse();
        assertThat(mention.in("<!-- x -->".repeat(100_000))).isFalse();
        assertThat(mention.in("@agent-bo".repeat(100_000))).isFalse();
    }
}
