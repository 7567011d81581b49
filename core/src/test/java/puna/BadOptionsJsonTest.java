package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplerKind;
import puna.sample.SamplingOptions;

/// JSON that is no options, format, tool or message: what is said of it begins with its path.
class BadOptionsJsonTest {
  private static final String HUGE = "[" + "0,".repeat(1_000_000) + "\"x\"]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"thread":3}             | $.thread: there is no such option; known are batch_invariance,
          {"threads":0}            | $.threads: threads must be 1 or more, found 0
          {"threads":-1}           | $.threads: threads must be 1 or more, found -1
          {"threads":null}         | $.threads: must be an integer, found null
          {"threads":"3"}          | $.threads: must be an integer, found "3"
          {"threads":3.0}          | $.threads: must be an integer, found 3.0
          {"threads":1e400}        | $.threads: must be an integer, found 1e400
          {"threads":2147483648}   | $.threads: must be an integer of 32 bits, found 2147483648
          {"threads":-2147483649}  | $.threads: must be an integer of 32 bits, found -2147483649
          {"threads":99999999999999999999} | $.threads: must be an integer, found 99999999999999999999
          {"context_length":{}}    | $.context_length: must be an integer, found {}
          {"token_interval_ms":0}  | $.token_interval_ms: tokenInterval must be from 1 millisecond to 36500 days, found PT0S
          {"token_interval_ms":"a"}| $.token_interval_ms: must be an integer, found "a"
          {"max_waiting":0}        | $.max_waiting: maxWaiting must be 1 or more, found 0
          {"max_waiting_tokens":-1}| $.max_waiting_tokens: maxWaitingTokens must be 1 or more, found -1
          {"max_waiting_time_ms":9223372036854775807} | $.max_waiting_time_ms: maxWaitingTime must be from 1 millisecond to 36500 days, found PT2562047788015H12M55.807S
          {"draft":" "}            | $.draft: draft must be a file or the name of a model, found ' '
          {"cache_tokens":0}       | $.cache_tokens: cacheTokens must be 1 or more, found 0
          {"cache_tokens":"9"}     | $.cache_tokens: must be an integer, found "9"
          {"tier":"fast"}          | $.tier: must be one of "x64", "vector", "scalar", found "fast"
          {"tier":"X64"}           | $.tier: must be one of "x64", "vector", "scalar", found "X64"
          {"kv_precision":16}      | $.kv_precision: must be one of "f16", "f32", "q8_0", "q4_0", found 16
          {"key_precision":"q4"}   | $.key_precision: must be one of "f16", "f32", "q8_0", "q4_0", found "q4"
          {"value_precision":null} | $.value_precision: must be one of "f16", "f32", "q8_0", "q4_0", found null
          {"":1}                   | $.: there is no such option; known are
          """)
  void aModelsOptions(String json, String message) {
    refuses(LlamaOptions::fromJson, json, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"overflow_bytes":-1}    | $.overflow_bytes: overflowBytes must be 0 or more, found -1
          {"overflow_bytes":0.5}   | $.overflow_bytes: must be an integer, found 0.5
          {"cache_folder":" "}     | $.cache_folder: cacheFolder must be a folder, found ' '
          {"cache_folder":"a\\u0000"} | $.cache_folder: Nul character not allowed
          {"cache_folder":7}       | $.cache_folder: must be a string, found 7
          {"cache_folder_bytes":0} | $.cache_folder_bytes: cacheFolderBytes must be 1 or more, found 0
          {"cache_folder_bytes":9223372036854775808} | $.cache_folder_bytes: must be an integer, found 9223372036854775808
          """)
  void whereAModelsCacheGoesOn(String json, String message) {
    refuses(LlamaOptions::fromJson, json, message);
  }

  @Test
  void aSavedSessionsOptions() {
    refuses(
        SessionOptions::fromJson,
        "{\"precision\":\"q4_0\"}",
        "$.precision: must be one of \"as_cached\", \"q8_0\", found \"q4_0\"");
    refuses(
        SessionOptions::fromJson,
        "{\"quantised\":true}",
        "$.quantised: there is no such option; known are precision");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"max_token":3}          | $.max_token: there is no such option; known are
          {"maxTokens":3}          | $.maxTokens: there is no such option; known are
          {"max_tokens":-1}        | $.max_tokens: maxTokens must be 0 or more, found -1
          {"max_tokens":4294967297} | $.max_tokens: must be an integer of 32 bits, found 4294967297
          {"stop":"x"}             | $.stop: must be an array, found "x"
          {"stop":["x",3]}         | $.stop[1]: must be a string, found 3
          {"stop":["x",""]}        | $.stop: stopStrings must not be empty texts, found one in
          {"stop_token_ids":[1,-2]} | $.stop_token_ids: stopTokens must be 0 or more, found -2
          {"stop_token_ids":[1,1e9]} | $.stop_token_ids[1]: must be an integer, found 1e9
          {"stop_token_ids":{}}    | $.stop_token_ids: must be an array, found {}
          {"echo":true}            | $.echo: must be one of "answer", "prompt_and_answer", found true
          {"on_context_full":""}   | $.on_context_full: must be one of "finish", "throw", found ""
          {"logprobs":3}           | $.logprobs: must be an object, found 3
          {"logprobs":{"scope":"all"}} | $.logprobs.scope: must be one of "none", "answer", "prompt_and_answer", found "all"
          {"logprobs":{"scopes":1}} | $.logprobs.scopes: there is no such option; known are likeliest, scope, stage
          {"logprobs":{"likeliest":1001}} | $.logprobs.likeliest: logProbabilities must be from 0 to 1000, found 1001
          {"response_format":"text"} | $.response_format: must be an object, found "text"
          {"response_format":{}}   | $.response_format.type: must be there, found nothing
          {"response_format":{"type":"json"}} | $.response_format.type: must be "text", "json_object", "json_schema", "grammar", "regex" or "choices", found "json"
          {"response_format":{"type":"regex","pattern":3}} | $.response_format.pattern: must be a string, found 3
          {"response_format":{"type":"regex"}} | $.response_format.pattern: must be there, found nothing
          {"response_format":{"type":"regex","pattern":"","schema":{}}} | $.response_format.schema: there is no such member; a format of type regex has only type and pattern
          {"response_format":{"type":"json_schema"}} | $.response_format.schema: must be there, found nothing
          {"response_format":{"type":"choices","choices":["a",3]}} | $.response_format.choices[1]: must be a string, found 3
          {"response_format":{"type":"choices","choices":"a"}} | $.response_format.choices: must be an array, found "a"
          {"temperature":-1,"max_tokens":3} | $.temperature: temperature must be 0 or more, found -1.0
          """)
  void anAnswersOptions(String json, String message) {
    refuses(GenerationOptions::fromJson, json, message);
    refuses(ChatOptions::fromJson, json, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"tools":{}}             | $.tools: must be an array, found {}
          {"tools":[{"name":"f"},3]} | $.tools[1]: must be an object, found 3
          {"tools":[{"name":"f"},{}]} | $.tools[1].name: must be there, found nothing
          {"tools":[{"name":"f"},{"name":"g","type":"function"}]} | $.tools[1].type: there is no such member; known are description, name, parameters
          {"tools":[{"name":"f g"}]} | $.tools[0].name: a tool's name must be 1 to 128 letters, digits or _-.:/, found "f g"
          {"tools":[{"name":"f","parameters":true}]} | $.tools[0].parameters: must be an object, found true
          {"tools":[{"name":"f"},{"name":"f"}]} | $.tools: tools must have names of their own, found "f" twice
          {"tool_choice":"f"}      | $.tool_choice: must be "auto", "none", "required" or an object with the tool's name, found "f"
          {"tool_choice":{"name":3}} | $.tool_choice: must be "auto", "none", "required" or an object with the tool's name, found {"name":3}
          {"parallel_tool_calls":1} | $.parallel_tool_calls: must be true or false, found 1
          {"format_hint":"x"}      | $.format_hint: must be one of "none", "last_message", found "x"
          {"chat_template_kwargs":[]} | $.chat_template_kwargs: must be an object, found []
          """)
  void aChatsOptions(String json, String message) {
    refuses(ChatOptions::fromJson, json, message);
    JsonObject object = (JsonObject) Json.parse(json, "options");
    String member = object.members().keySet().iterator().next();
    refuses(GenerationOptions::fromJson, json, "$.%s: there is no such option".formatted(member));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"temp":1}               | $.temp: there is no such option; known are adaptive_decay,
          {"temperature":"1"}      | $.temperature: must be a number, found "1"
          {"temperature":1e400}    | $.temperature: must be a number of 32 bits, found 1e400
          {"temperature":-1e400}   | $.temperature: must be a number of 32 bits, found -1e400
          {"temperature":3.5e38}   | $.temperature: must be a number of 32 bits, found 3.5e38
          {"dynatemp_range":-1}    | $.dynatemp_range: dynatempRange must be 0 or more, found -1.0
          {"top_k":-1}             | $.top_k: topK must be 0 or more, found -1
          {"top_k":2147483648}     | $.top_k: must be an integer of 32 bits, found 2147483648
          {"top_p":0}              | $.top_p: topP must be above 0 and at most 1, found 0.0
          {"top_p":1.5}            | $.top_p: topP must be above 0 and at most 1, found 1.5
          {"temperature":1,"top_p":0} | $.top_p: topP must be above 0 and at most 1, found 0.0
          {"min_p":1.01}           | $.min_p: minP must be
          {"repeat_last_n":-2}     | $.repeat_last_n: penaltyWindow must be −1 or more, found -2
          {"dry_sequence_breakers":["a",1]} | $.dry_sequence_breakers[1]: must be a string, found 1
          {"dry_sequence_breakers":["a",""]} | $.dry_sequence_breakers: drySequenceBreakers must be texts that are not empty, found [a, ]
          {"mirostat":3}           | $.mirostat: mirostat must be 1 or 2, found 3
          {"mirostat":1,"top_k":-1} | $.top_k: topK must be 0 or more, found -1
          {"seed":-1}              | $.seed: seed must be 0 or more, found -1
          {"seed":9223372036854775808} | $.seed: must be an integer, found 9223372036854775808
          {"ignore_eos":"yes"}     | $.ignore_eos: must be true or false, found "yes"
          """)
  void sampling(String json, String message) {
    refuses(SamplingOptions::fromJson, json, message);
    if (!message.contains("there is no such option")) {
      refuses(ChatOptions::fromJson, json, message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"samplers":"top_k"}     | $.samplers: must be an array, found "top_k"
          {"samplers":["top_k",1]} | $.samplers[1]: must be a string, found 1
          {"samplers":["best"]}    | $.samplers: samplers must be among
          {"samplers":["top_k","top-k"]} | $.samplers: samplers must be named once each, found 'top-k' again
          {"samplers":["mirostat","top_k"]} | $.samplers: steps must be such that one that draws comes last
          {"logit_bias":[]}        | $.logit_bias: must be an object, found []
          {"logit_bias":{"x":1}}   | $.logit_bias: a token's id must be an integer of 32 bits, found "x"
          {"logit_bias":{"":1}}    | $.logit_bias: a token's id must be an integer of 32 bits, found ""
          {"logit_bias":{"+1":1}}  | $.logit_bias: a token's id must be an integer of 32 bits, found "+1"
          {"logit_bias":{"01":1}}  | $.logit_bias: a token's id must be an integer of 32 bits, found "01"
          {"logit_bias":{"2147483648":1}} | $.logit_bias: a token's id must be an integer of 32 bits, found "2147483648"
          {"logit_bias":{"-1":1}}  | $.logit_bias: logitBias must be about tokens from 0, found -1
          {"logit_bias":{"1":true}} | $.logit_bias.1: must be a number, or false to ban the token, found true
          {"logit_bias":{"1":"x"}} | $.logit_bias.1: must be a number, or false to ban the token, found "x"
          {"logit_bias":{"1":1e400}} | $.logit_bias.1: must be a number of 32 bits, found 1e400
          {"logit_bias":{"1":-1e400}} | $.logit_bias.1: must be a number of 32 bits, found -1e400
          """)
  void ordersAndBiases(String json, String message) {
    refuses(SamplingOptions::fromJson, json, message);
    refuses(ChatOptions::fromJson, json, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"window":0}             | $.window: window must be 1 or more, found 0
          {"overlap":-1}           | $.overlap: overlap must be 0 or more, found -1
          {"window":8,"overlap":8} | $.overlap: overlap must be 0 or more and less than the window of 8, found 8
          {"overlaps":1}           | $.overlaps: there is no such option; known are overlap, window
          """)
  void scores(String json, String message) {
    refuses(ScoreOptions::fromJson, json, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"pooling":"max"}    | $.pooling: must be one of "mean", "last", "cls", found "max"
          {"length":1}         | $.length: must be one of "unit", "model", found 1
          {"dimensions":0}     | $.dimensions: dimensions must be 1 or more, found 0
          {"long_texts":true}  | $.long_texts: must be one of "refuse", "cut", found true
          {"caller":" "}       | $.caller: caller must not be blank, found ' '
          {"normalize":true}   | $.normalize: there is no such option; known are caller, deadline_ms, dimensions, length, long_texts, pooling, priority
          """)
  void embeddings(String json, String message) {
    refuses(EmbeddingOptions::fromJson, json, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"template":"{query}"}   | $.template: template must hold {query} and {document} once each, found '{query}'
          {"long_texts":1}         | $.long_texts: must be one of "refuse", "cut", found 1
          {"deadline_ms":0}        | $.deadline_ms: deadline must be from 1 millisecond to 36500 days, found PT0S
          {"top_n":3}              | $.top_n: there is no such option; known are caller, deadline_ms, long_texts, priority, template
          """)
  void rankings(String json, String message) {
    refuses(RerankOptions::fromJson, json, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                       | $.role: must be there, found nothing
          {"role":"user"}          | $.content: must be there, found nothing
          {"role":"bot","content":""} | $.role: must be "system", "user", "assistant" or "tool", found "bot"
          {"role":"user","content":"","name":"x"} | $.name: there is no such member; known are content, role
          {"role":"user","content":3} | $.content: must be a string or an array of parts, found 3
          {"role":"user","content":["x"]} | $.content[0]: must be an object, found "x"
          {"role":"user","content":[{"type":"text","text":3}]} | $.content[0].text: must be a string, found 3
          {"role":"user","content":[{"type":"text"}]} | $.content[0].text: must be there, found nothing
          {"role":"user","content":[{"type":"text","text":""},{"text":"x"}]} | $.content[1].type: must be there, found nothing
          {"role":"user","content":[{"type":"image","url":"x"}]} | $.content[0].type: must be "text", "reasoning", "tool_call" or "tool_result", found "image"
          {"role":"user","content":[{"type":"text","text":"x","url":"x"}]} | $.content[0].url: there is no such member; known are text, type
          {"role":"user","content":[{"type":"reasoning","text":"x"}]} | $.content: a message of role USER must not hold a part of kind Reasoning
          {"role":"assistant","content":[{"type":"tool_call","name":"f"}]} | $.content[0].arguments: must be there, found nothing
          {"role":"assistant","content":[{"type":"tool_call","name":"f","arguments":"{}"}]} | $.content[0].arguments: must be an object, found "{}"
          {"role":"assistant","content":[{"type":"tool_call","id":1,"name":"f","arguments":{}}]} | $.content[0].id: must be a string, found 1
          {"role":"tool","content":[]} | $.content: a tool's message must be one result, found 0 parts
          {"role":"tool","content":[{"type":"text","text":"x"}]} | $.content: a message of role TOOL must not hold a part of kind Text
          {"role":"tool","content":[{"type":"tool_result","content":[{"type":"text","text":1}]}]} | $.content[0].content[0].text: must be a string, found 1
          {"role":"tool","content":[{"type":"tool_result","content":[{"type":"reasoning","text":""}]}]} | $.content: a tool's result must be of texts, found Reasoning
          """)
  void messages(String json, String message) {
    refuses(ChatMessage::fromJson, json, message);
  }

  @Test
  void formatsToolsAndChoicesOnTheirOwn() {
    refuses(ResponseFormat::fromJson, "{'type':'x'}", "$.type: must be ");
    refuses(ResponseFormat::fromJson, "{'type':'grammar','grammar':[]}", "$.grammar: must be a ");
    refuses(
        ResponseFormat::fromJson,
        "{'type':'text','options':{}}",
        "$.options: there is no such member; a format of type text has only type");
    refuses(ResponseFormat::fromJson, "{'type':'json_object','options':1}", "$.options: must be ");
    refuses(
        ResponseFormat::fromJson,
        "{'type':'json_schema','schema':{},'options':{'max_items':-1}}",
        "$.options.max_items: maxItems must be from 0 to 10000, found -1");
    refuses(
        JsonOptions::fromJson,
        "{'member_order':'x'}",
        "$.member_order: must be one of \"any\", \"schema\", found \"x\"");
    refuses(JsonOptions::fromJson, "{'lenient':true}", "$.lenient: there is no such option; known");
    refuses(JsonOptions::fromJson, "{'ends_within':1.5}", "$.ends_within: must be an integer");
    refuses(ResponseFormat::fromJson, "{'type':'text','x':1}", "$.x: there is no such member");
    refuses(Tool::fromJson, "{'name':''}", "$.name: a tool's name must be 1 to 128 ");
    refuses(Tool::fromJson, "{'name':'f','description':1}", "$.description: must be a string");
    refuses(LogProbabilityOptions::fromJson, "{'likeliest':-1}", "$.likeliest: ");
    refuses(ToolChoice::fromJson, "{'name':1}", "$: must be \"auto\", \"none\", ");
  }

  @Test
  void whatWasFoundIsCutShort() {
    for (String json : List.of("{'stop':%s}", "{'stop_token_ids':%s}", "{'samplers':%s}")) {
      refuses(ChatOptions::fromJson, json.formatted(HUGE), "$.");
    }
    refuses(ChatOptions::fromJson, "{'max_tokens':%s}".formatted(HUGE), "$.max_tokens: must be ");
    refuses(ChatOptions::fromJson, "{'tool_choice':%s}".formatted(HUGE), "$.tool_choice: must ");
    refuses(ResponseFormat::fromJson, "{'type':%s}".formatted(HUGE), "$.type: must be ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void whatIsNoNumberInJson(String text) {
    JsonNumber number = new JsonNumber(text);
    refuses(
        SamplingOptions::fromJson,
        new JsonObject(Map.of("temperature", number)),
        "$.temperature: must be a number of 32 bits, found " + text);
    refuses(
        SamplingOptions::fromJson,
        new JsonObject(Map.of("logit_bias", new JsonObject(Map.of("1", number)))),
        "$.logit_bias.1: must be a number of 32 bits, found " + text);
    refuses(
        LlamaOptions::fromJson,
        new JsonObject(Map.of("threads", number)),
        "$.threads: must be an integer, found " + text);
  }

  @Test
  void manyElementsAreNoObstacle() {
    List<JsonValue> ids = new JsonArray(hundredThousand()).elements();
    ChatOptions options =
        ChatOptions.fromJson(new JsonObject(Map.of("stop_token_ids", new JsonArray(ids))));
    assertThat(options.stopTokens()).hasSize(100_000).contains(99_999);
  }

  private static List<JsonValue> hundredThousand() {
    return java.util.stream.IntStream.range(0, 100_000)
        .<JsonValue>mapToObj(JsonNumber::of)
        .toList();
  }

  @Test
  void anOrderIsRefusedWhichItsJsonWouldBe() {
    SamplingOptions options = SamplingOptions.defaults();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withOrder(List.of(SamplerKind.TOP_K, SamplerKind.TOP_K)))
        .withMessage("steps must be of different kinds, found TOP_K again");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withOrder(List.of(SamplerKind.MIROSTAT, SamplerKind.ADAPTIVE_P)))
        .withMessageStartingWith("steps must be such that one that draws comes last, found ");
  }

  static void refuses(Function<JsonObject, ?> read, String json, String message) {
    refuses(
        value -> read.apply((JsonObject) value),
        Json.parse(json.replace('\'', '"'), "options"),
        message);
  }

  private static <J extends JsonValue> void refuses(
      Function<? super J, ?> read, J json, String message) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> read.apply(json))
        .withMessageStartingWith(message)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
  }
}
