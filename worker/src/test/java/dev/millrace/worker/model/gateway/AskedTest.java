package dev.millrace.worker.model.gateway;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.worker.model.upstream.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AskedTest {
    private static final String ODD = """
            { "messages" : [ {"role":"user","content":"\\u00e9 é \\ud83d 🌊 model"} ],
              "temperature": 1.10000000000000000001e-0,  "model" :\t"gpt-\\u0034" ,
              "tools":[{"model":"not this"}], "unknown": {"deep": [null, 1E400, -0]} }
            """;

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void nothingButTheModelsNameChanges(Protocol protocol) {
        var asked = Asked.read(ODD.getBytes(UTF_8), protocol);

        assertThat(asked.model()).isEqualTo("gpt-4");
        assertThat(new String(asked.named("a \"quoted\" é"), UTF_8))
                .isEqualTo(ODD.replace("\"gpt-\\u0034\"", "\"a \\\"quoted\\\" é\""));
    }

    @Test
    void aModelThatIsNamedTwiceIsReplacedTwice() {
        assertThat(sent("{'model': 'a', 'mod\\u0065l': 'b'}", Protocol.CHAT))
                .isEqualTo("{'model': 'x', 'mod\\u0065l': 'x'}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'model':'m','stream':true} | {'stream_options':{'include_usage':true},'model':'x','stream':true}",
                "{'stream':true,'stream_options':{},'model':'m'} | {'stream':true,'stream_options':{'include_usage':true},'model':'x'}",
                "{'stream':true,'stream_options':{ 'a':{}},'model':'m'} | {'stream':true,'stream_options':{'include_usage':true, 'a':{}},'model':'x'}",
                "{'stream':true,'stream_options':{'a':1,'include_usage':false},'model':'m'} | {'stream':true,'stream_options':{'a':1,'include_usage':true},'model':'x'}",
                "{'stream':true,'stream_options':null,'model':'m'} | {'stream':true,'stream_options':{'include_usage':true},'model':'x'}",
                "{'stream':true,'stream_options':{'include_usage':true,'a':1},'model':'m'} | {'stream':true,'stream_options':{'include_usage':true,'a':1},'model':'x'}",
                "{'stream':false,'model':'m'} | {'stream':false,'model':'x'}"
            })
    void aChatsStreamIsAskedForItsUsage(String request, String sent) {
        assertThat(sent(request, Protocol.CHAT)).isEqualTo(sent);
    }

    @Test
    void otherStreamsTellTheirUsageByThemselves() {
        assertThat(sent("{'model':'m','stream':true}", Protocol.MESSAGES)).isEqualTo("{'model':'x','stream':true}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'model':'m','max_tokens':50} | 79",
                "{'model':'m','max_completion_tokens':50} | 90",
                "{'model':'m','max_output_tokens':50} | 86",
                "{'model':'m'} | 9223372036854775807",
                "{'model':'m','max_tokens':50,'n':2} | 9223372036854775807",
                "{'model':'m','max_tokens':99999999999} | 9223372036854775807",
                "{'model':'m','max_tokens':'50'} | 9223372036854775807",
                "{'model':'m','max_tokens':-1} | 9223372036854775807"
            })
    void whatItMayUseAtMostIsKnownIfItSaysSo(String request, long tokens) {
        assertThat(Asked.read(bytes(request), Protocol.CHAT).tokensAtMost()).isEqualTo(tokens);
    }

    @Test
    void anotherEncodingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Asked.read("{\"model\":\"m\"}".getBytes(UTF_16), Protocol.CHAT))
                .withMessageContaining("UTF-8");
    }

    @Test
    void whatIsBrokenIsNotRepeated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Asked.read(bytes("{'messages': secret}"), Protocol.CHAT))
                .satisfies(refusal ->
                        assertThat(refusal).message().contains("byte").doesNotContain("secret"));
    }

    private static String sent(String request, Protocol protocol) {
        return new String(Asked.read(bytes(request), protocol).named("x"), UTF_8).replace('"', '\'');
    }

    private static byte[] bytes(String request) {
        return request.replace('\'', '"').getBytes(UTF_8);
    }
}
