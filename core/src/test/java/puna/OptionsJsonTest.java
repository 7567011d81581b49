package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import puna.AnswerOptions.Echo;
import puna.AnswerOptions.OnContextFull;
import puna.ChatOptions.FormatHint;
import puna.ChatOptions.LastMessage;
import puna.ChatOptions.OnHistoryFull;
import puna.ChatOptions.ToolCalls;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.LogProbabilityOptions.Stage;
import puna.sample.SamplerKind;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;

/// Options, formats, tools and messages as JSON.
class OptionsJsonTest {
  private static final long SEED = TestSeed.of(700_000);
  private static final int RUNS = 2_000;

  /// @param make a random value
  private record Form<T>(
      Function<RandomOptions, T> make, Function<T, JsonValue> write, Function<JsonValue, T> read) {
    private static <T> Form<T> ofObject(
        Function<RandomOptions, T> make,
        Function<T, JsonValue> write,
        Function<JsonObject, T> read) {
      return new Form<>(make, write, json -> read.apply((JsonObject) json));
    }

    /// @return the text
    String requireRoundTrip(RandomOptions random) {
      T value = make.apply(random);
      String text = Json.write(write.apply(value));
      T again = read.apply(Json.parse(text, "options"));
      assertThat(again).isEqualTo(value).hasSameHashCodeAs(value).hasToString(value.toString());
      assertThat(Json.write(write.apply(again))).isEqualTo(text);
      return text;
    }
  }

  private static final List<Form<?>> FORMS =
      List.of(
          Form.ofObject(RandomOptions::llama, LlamaOptions::toJson, LlamaOptions::fromJson),
          Form.ofObject(
              RandomOptions::generation, GenerationOptions::toJson, GenerationOptions::fromJson),
          Form.ofObject(RandomOptions::chat, ChatOptions::toJson, ChatOptions::fromJson),
          Form.ofObject(
              RandomOptions::embedding, EmbeddingOptions::toJson, EmbeddingOptions::fromJson),
          Form.ofObject(RandomOptions::rerank, RerankOptions::toJson, RerankOptions::fromJson),
          Form.ofObject(RandomOptions::score, ScoreOptions::toJson, ScoreOptions::fromJson),
          Form.ofObject(RandomOptions::session, SessionOptions::toJson, SessionOptions::fromJson),
          Form.ofObject(
              RandomOptions::sampling, SamplingOptions::toJson, SamplingOptions::fromJson),
          Form.ofObject(
              RandomOptions::logProbabilities,
              LogProbabilityOptions::toJson,
              LogProbabilityOptions::fromJson),
          Form.ofObject(RandomOptions::jsonOptions, JsonOptions::toJson, JsonOptions::fromJson),
          Form.ofObject(RandomOptions::format, ResponseFormat::toJson, ResponseFormat::fromJson),
          new Form<>(RandomOptions::toolChoice, ToolChoice::toJson, ToolChoice::fromJson),
          Form.ofObject(RandomOptions::tool, Tool::toJson, Tool::fromJson),
          Form.ofObject(RandomOptions::message, ChatMessage::toJson, ChatMessage::fromJson));

  @Test
  void whatIsWrittenIsReadAsTheSame() {
    long characters = 0;
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      for (Form<?> form : FORMS) {
        try {
          characters += form.requireRoundTrip(new RandomOptions(new Random(seed))).length();
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("replay with -Dpuna.test.seed=" + seed, e);
        }
      }
    }
    assertThat(characters).as("text of %d values", RUNS * FORMS.size()).isGreaterThan(1_000_000);
  }

  @Test
  void nothingIsWrittenWhereNothingIsSet() {
    JsonObject nothing = new JsonObject(Map.of());
    assertThat(LlamaOptions.defaults().toJson()).isEqualTo(nothing);
    assertThat(GenerationOptions.defaults().toJson()).isEqualTo(nothing);
    assertThat(ChatOptions.defaults().toJson()).isEqualTo(nothing);
    assertThat(ScoreOptions.defaults().toJson()).isEqualTo(nothing);
    assertThat(EmbeddingOptions.defaults().toJson()).isEqualTo(nothing);
    assertThat(SessionOptions.defaults().toJson()).isEqualTo(nothing);
    assertThat(SamplingOptions.defaults().toJson()).isEqualTo(nothing);
    assertThat(LogProbabilityOptions.NONE.toJson()).isEqualTo(nothing);
    assertThat(LlamaOptions.fromJson(nothing)).isEqualTo(LlamaOptions.defaults());
    assertThat(GenerationOptions.fromJson(nothing)).isEqualTo(GenerationOptions.defaults());
    assertThat(ChatOptions.fromJson(nothing)).isEqualTo(ChatOptions.defaults());
    assertThat(ScoreOptions.fromJson(nothing)).isEqualTo(ScoreOptions.defaults());
    assertThat(EmbeddingOptions.fromJson(nothing)).isEqualTo(EmbeddingOptions.defaults());
    assertThat(SamplingOptions.fromJson(nothing)).isEqualTo(SamplingOptions.defaults());
    assertThat(LogProbabilityOptions.fromJson(nothing)).isEqualTo(LogProbabilityOptions.NONE);
  }

  @Test
  void aModelsOptionsAreWrittenByTheirNames() {
    LlamaOptions none = LlamaOptions.defaults();
    Map<LlamaOptions, String> written = new LinkedHashMap<>();
    written.put(none.withContextLength(9), "{'context_length':9}");
    written.put(none.withCacheTokens(9), "{'cache_tokens':9}");
    written.put(none.withThreads(9), "{'threads':9}");
    written.put(none.withKvPrecision(KvPrecision.Q8_0), "{'kv_precision':'q8_0'}");
    written.put(none.withKvPrecision(KvPrecision.Q4_0), "{'kv_precision':'q4_0'}");
    written.put(none.withKeyPrecision(KvPrecision.Q8_0), "{'key_precision':'q8_0'}");
    written.put(none.withValuePrecision(KvPrecision.Q4_0), "{'value_precision':'q4_0'}");
    written.put(none.withTier(KernelTier.SCALAR), "{'tier':'scalar'}");
    written.put(none.withMaxConcurrent(9), "{'max_concurrent':9}");
    written.put(none.withBatchTokens(9), "{'batch_tokens':9}");
    written.put(none.withTokenInterval(Duration.ofMillis(40)), "{'token_interval_ms':40}");
    written.put(none.withMaxWaiting(9), "{'max_waiting':9}");
    written.put(none.withMaxWaitingTokens(9), "{'max_waiting_tokens':9}");
    written.put(none.withMaxWaitingTime(Duration.ofSeconds(2)), "{'max_waiting_time_ms':2000}");
    written.put(none.withDraft("smollm2-135m"), "{'draft':'smollm2-135m'}");
    written.put(none.withBatchInvariance(BatchInvariance.ON), "{'batch_invariance':'on'}");
    written.put(none.withWeightMemory(WeightMemory.MAPPED), "{'weight_memory':'mapped'}");
    written.forEach((options, json) -> requireText(options.toJson(), json));
  }

  @Test
  void anAnswersOptionsAreWrittenByTheirNames() {
    ChatOptions none = ChatOptions.defaults();
    Map<ChatOptions, String> written = new LinkedHashMap<>();
    written.put(none.withMaxTokens(0), "{'max_tokens':0}");
    written.put(none.withTemperature(0.6f), "{'temperature':0.6}");
    written.put(none.withTopP(0.1f), "{'top_p':0.1}");
    written.put(none.withTopK(0), "{'top_k':0}");
    written.put(none.withMinP(0), "{'min_p':0.0}");
    written.put(none.withSeed(Long.MAX_VALUE), "{'seed':9223372036854775807}");
    written.put(none.withStopStrings(), "{'stop':[]}");
    written.put(none.withStopStrings("\n", "é"), "{'stop':['\\n','é']}");
    written.put(none.withStopTokens(Set.of(3, 1)), "{'stop_token_ids':[1,3]}");
    written.put(none.withOnContextFull(OnContextFull.THROW), "{'on_context_full':'throw'}");
    written.put(
        none.withOnHistoryFull(OnHistoryFull.DROP_MIDDLE), "{'on_history_full':'drop_middle'}");
    written.put(none.withLastMessage(LastMessage.CONTINUE), "{'last_message':'continue'}");
    written.put(none.withPriority(Priority.HIGH), "{'priority':'high'}");
    written.put(none.withCaller("a"), "{'caller':'a'}");
    written.put(none.withDeadline(Duration.ofMillis(1_500)), "{'deadline_ms':1500}");
    written.put(none.withSpeculation(Speculation.PROMPT_LOOKUP), "{'speculation':'prompt_lookup'}");
    written.put(none.withEcho(Echo.PROMPT_AND_ANSWER), "{'echo':'prompt_and_answer'}");
    written.put(
        none.withLogProbabilities(LogProbabilityOptions.NONE.withScope(Scope.ANSWER)),
        "{'logprobs':{'scope':'answer'}}");
    written.put(
        none.withFormat(ResponseFormat.choices("a", "b")),
        "{'response_format':{'type':'choices','choices':['a','b']}}");
    written.put(
        none.withTools(Tool.of("f", "")),
        "{'tools':[{'name':'f','description':'','parameters':{'type':'object','properties':{},'additionalProperties':false}}]}");
    written.put(none.withToolChoice(ToolChoice.named("f")), "{'tool_choice':{'name':'f'}}");
    written.put(none.withToolCalls(ToolCalls.ONE), "{'parallel_tool_calls':false}");
    written.put(none.withFormatHint(FormatHint.LAST_MESSAGE), "{'format_hint':'last_message'}");
    written.put(
        none.withVariables(Map.of("date_string", new JsonString("today"))),
        "{'chat_template_kwargs':{'date_string':'today'}}");
    written.forEach((options, json) -> requireText(options.toJson(), json));
  }

  @Test
  void theOptionsOfJsonAreWrittenByTheirNames() {
    JsonOptions none = JsonOptions.defaults();
    Map<JsonOptions, String> written = new LinkedHashMap<>();
    written.put(none, "{}");
    written.put(none.withMemberOrder(JsonOptions.MemberOrder.SCHEMA), "{'member_order':'schema'}");
    written.put(none.withObjects(JsonOptions.Objects.CLOSED), "{'objects':'closed'}");
    written.put(none.withWhitespace(JsonOptions.Whitespace.SPACED), "{'whitespace':'spaced'}");
    written.put(none.withFormats(JsonOptions.Formats.REMARKS), "{'formats':'remarks'}");
    written.put(none.withSpelling(JsonOptions.Spelling.PLAIN), "{'spelling':'plain'}");
    written.put(none.withStrictness(JsonOptions.Strictness.LENIENT), "{'strictness':'lenient'}");
    written.put(none.withMaxIntegerDigits(9), "{'max_integer_digits':9}");
    written.put(none.withMaxFractionDigits(9), "{'max_fraction_digits':9}");
    written.put(none.withMaxStringLength(9), "{'max_string_length':9}");
    written.put(none.withMaxItems(9), "{'max_items':9}");
    written.put(none.withEndsWithin(9), "{'ends_within':9}");
    written.forEach((options, json) -> requireText(options.toJson(), json));
    requireText(
        ResponseFormat.jsonObject(none.withMaxItems(9)).toJson(),
        "{'type':'json_object','options':{'max_items':9}}");
  }

  @Test
  void samplingIsWrittenByTheNamesOfLlamaCpp() {
    SamplingOptions none = SamplingOptions.defaults();
    Map<SamplingOptions, String> written = new LinkedHashMap<>();
    written.put(none.withRepeatPenalty(1.5f), "{'repeat_penalty':1.5}");
    written.put(none.withPresencePenalty(1), "{'presence_penalty':1.0}");
    written.put(none.withFrequencyPenalty(-1), "{'frequency_penalty':-1.0}");
    written.put(none.withPenaltyWindow(-1), "{'repeat_last_n':-1}");
    written.put(none.withEndTokens(EndTokens.BANNED), "{'ignore_eos':true}");
    written.put(none.withEndTokens(EndTokens.ALLOWED), "{'ignore_eos':false}");
    written.put(none.withBannedTokens(List.of(7)), "{'logit_bias':{'7':false}}");
    written.put(none.withLogitBias(Map.of(7, -0.5f)), "{'logit_bias':{'7':-0.5}}");
    written.put(
        none.withOrder(List.of(SamplerKind.MIROSTAT, SamplerKind.TEMPERATURE)),
        "{'samplers':['temperature','mirostat']}");
    written.put(
        none.with(new SamplerStep.Xtc(0.5f, 0.25f)),
        "{'xtc_probability':0.5,'xtc_threshold':0.25}");
    written.put(
        none.with(new SamplerStep.Mirostat(1, 5, 0.1f)),
        "{'mirostat':1,'mirostat_tau':5.0,'mirostat_eta':0.1}");
    written.forEach((options, json) -> requireText(options.toJson(), json));
  }

  @Test
  void scoresAndLogProbabilitiesAreWrittenByTheirNames() {
    requireText(
        ScoreOptions.defaults().withWindow(8).withOverlap(0).toJson(), "{'window':8,'overlap':0}");
    requireText(
        EmbeddingOptions.defaults()
            .withPooling(EmbeddingOptions.Pooling.CLS)
            .withLength(EmbeddingOptions.Length.MODEL)
            .withDimensions(64)
            .withLongTexts(EmbeddingOptions.LongTexts.CUT)
            .toJson(),
        "{'pooling':'cls','length':'model','dimensions':64,'long_texts':'cut'}");
    requireText(
        RerankOptions.defaults().withTemplate("{query} {document}").toJson(),
        "{'template':'{query} {document}'}");
    requireText(
        LogProbabilityOptions.ofAnswer(3).withStage(Stage.DRAW).toJson(),
        "{'scope':'answer','likeliest':3,'stage':'draw'}");
  }

  @Test
  void numbersMayBeWrittenInAnyWay() {
    JsonObject json = (JsonObject) Json.parse("{\"temperature\":1e-1,\"top_p\":1}", "options");
    assertThat(SamplingOptions.fromJson(json))
        .isEqualTo(SamplingOptions.defaults().withTemperature(0.1f).withTopP(1));
  }

  private static void requireText(JsonValue json, String expected) {
    assertThat(Json.write(json)).isEqualTo(expected.replace('\'', '"'));
  }
}
