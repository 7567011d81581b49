package puna;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import puna.AnswerOptions.Echo;
import puna.AnswerOptions.OnContextFull;
import puna.ChatOptions.FormatHint;
import puna.ChatOptions.OnHistoryFull;
import puna.ChatOptions.ToolCalls;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.LogProbabilityOptions.Stage;
import puna.sample.SamplingOptions;

/// Values of everything that has a JSON form, each option of them set or not.
final class RandomOptions {
  private static final String LETTERS = "ab \"\\/\n\t\0\u001fé☃\ud83d\ude00\ud83d\udc00{}[]:,$.";

  private final Random random;

  RandomOptions(Random random) {
    this.random = random;
  }

  LlamaOptions llama() {
    return some(
        LlamaOptions.defaults(),
        List.of(
            options -> options.withContextLength(count(1)),
            options -> options.withCacheTokens(count(1)),
            options -> options.withThreads(count(1)),
            options -> options.withKvPrecision(any(KvPrecision.values())),
            options -> options.withKeyPrecision(any(KvPrecision.values())),
            options -> options.withValuePrecision(any(KvPrecision.values())),
            options -> options.withTier(any(KernelTier.values())),
            options -> options.withMaxConcurrent(count(1)),
            options -> options.withBatchTokens(count(1)),
            options -> options.withBatchInvariance(any(BatchInvariance.values())),
            options -> options.withWeightMemory(any(WeightMemory.values())),
            options -> options.withTokenInterval(time()),
            options -> options.withMaxWaiting(count(1)),
            options -> options.withMaxWaitingTokens(count(1)),
            options -> options.withMaxWaitingTime(time()),
            options -> options.withDraft("x" + text()),
            options -> options.withOverflowBytes(count(0)),
            options -> options.withCacheFolder(Path.of("x" + count(1))),
            options -> options.withCacheFolderBytes(count(1))));
  }

  SessionOptions session() {
    return some(
        SessionOptions.defaults(),
        List.of(options -> options.withPrecision(any(SavedPrecision.values()))));
  }

  GenerationOptions generation() {
    return some(
        answer(GenerationOptions.defaults()),
        List.of(options -> options.withMinIndentation(count(0))));
  }

  ChatOptions chat() {
    return some(
        answer(ChatOptions.defaults()),
        List.of(
            options -> options.withTools(tools()),
            options -> options.withToolChoice(toolChoice()),
            options -> options.withToolCalls(any(ToolCalls.values())),
            options -> options.withFormatHint(any(FormatHint.values())),
            options -> options.withOnHistoryFull(any(OnHistoryFull.values())),
            options -> options.withVariables(object(2).members())));
  }

  private <O extends AnswerOptions<O>> O answer(O defaults) {
    return some(
        defaults,
        List.of(
            options -> options.withMaxTokens(count(0)),
            options -> options.withSampling(sampling()),
            options -> options.withStopStrings(list(() -> "x" + text())),
            options -> options.withStopTokens(new LinkedHashSet<>(list(() -> count(0)))),
            options -> options.withOnContextFull(any(OnContextFull.values())),
            options -> options.withEcho(any(Echo.values())),
            options -> options.withLogProbabilities(logProbabilities()),
            options -> options.withFormat(format()),
            options -> options.withPriority(any(Priority.values())),
            options -> options.withCaller("x" + text()),
            options -> options.withDeadline(time()),
            options -> options.withSpeculation(any(Speculation.values()))));
  }

  private Duration time() {
    return Duration.ofMillis(1 + random.nextLong(1L << random.nextInt(1, 40)));
  }

  EmbeddingOptions embedding() {
    return some(
        EmbeddingOptions.defaults(),
        List.of(
            options -> options.withPooling(any(EmbeddingOptions.Pooling.values())),
            options -> options.withLength(any(EmbeddingOptions.Length.values())),
            options -> options.withDimensions(count(1)),
            options -> options.withLongTexts(any(EmbeddingOptions.LongTexts.values())),
            options -> options.withPriority(any(Priority.values())),
            options -> options.withCaller("x" + text()),
            options -> options.withDeadline(time())));
  }

  RerankOptions rerank() {
    return some(
        RerankOptions.defaults(),
        List.of(
            options -> options.withTemplate(text() + "{query}" + text() + "{document}"),
            options -> options.withLongTexts(any(EmbeddingOptions.LongTexts.values())),
            options -> options.withPriority(any(Priority.values())),
            options -> options.withCaller("x" + text()),
            options -> options.withDeadline(time())));
  }

  ScoreOptions score() {
    ScoreOptions options = ScoreOptions.defaults();
    int window = count(1);
    if (random.nextBoolean()) {
      options = options.withWindow(window);
    }
    return random.nextBoolean() ? options.withOverlap(random.nextInt(window)) : options;
  }

  LogProbabilityOptions logProbabilities() {
    return some(
        random.nextBoolean()
            ? LogProbabilityOptions.NONE
            : LogProbabilityOptions.ofAnswer(
                random.nextInt(LogProbabilityOptions.MOST_LIKELIEST + 1)),
        List.of(
            options -> options.withScope(any(Scope.values())),
            options -> options.withStage(any(Stage.values()))));
  }

  SamplingOptions sampling() {
    return new RandomSampling(random).options();
  }

  ResponseFormat format() {
    return switch (random.nextInt(6)) {
      case 0 -> ResponseFormat.text();
      case 1 -> ResponseFormat.jsonObject(jsonOptions());
      case 2 -> ResponseFormat.jsonSchema(json(3), jsonOptions());
      case 3 -> ResponseFormat.grammar(text());
      case 4 -> ResponseFormat.regex(text());
      default -> ResponseFormat.choices(list(this::text));
    };
  }

  JsonOptions jsonOptions() {
    return some(
        JsonOptions.defaults(),
        List.of(
            options -> options.withMemberOrder(any(JsonOptions.MemberOrder.values())),
            options -> options.withObjects(any(JsonOptions.Objects.values())),
            options -> options.withWhitespace(any(JsonOptions.Whitespace.values())),
            options -> options.withSpelling(any(JsonOptions.Spelling.values())),
            options -> options.withFormats(any(JsonOptions.Formats.values())),
            options -> options.withStrictness(any(JsonOptions.Strictness.values())),
            options -> options.withMaxIntegerDigits(random.nextInt(1, 301)),
            options -> options.withMaxFractionDigits(random.nextInt(301)),
            options -> options.withMaxStringLength(random.nextInt(100_001)),
            options -> options.withMaxItems(random.nextInt(10_001)),
            options -> options.withEndsWithin(random.nextInt(1, 10_000_001))));
  }

  ToolChoice toolChoice() {
    return switch (random.nextInt(4)) {
      case 0 -> ToolChoice.auto();
      case 1 -> ToolChoice.none();
      case 2 -> ToolChoice.required();
      default -> ToolChoice.named(text());
    };
  }

  private List<Tool> tools() {
    Map<String, Tool> byName = new LinkedHashMap<>();
    for (Tool tool : list(this::tool)) {
      byName.put(tool.name(), tool);
    }
    return List.copyOf(byName.values());
  }

  Tool tool() {
    String name = any(List.of("a", "Z9", "_-.:/", "f.g/h:i_j-k", "x".repeat(128)));
    return random.nextInt(3) == 0 ? Tool.of(name, text()) : Tool.of(name, text(), object(3));
  }

  ChatMessage message() {
    Role role = any(Role.values());
    return switch (role) {
      case SYSTEM, USER ->
          random.nextBoolean()
              ? ChatMessage.of(role, text())
              : ChatMessage.of(role, list(() -> new ContentPart.Text(text())));
      case ASSISTANT -> ChatMessage.of(role, list(this::part));
      case TOOL ->
          ChatMessage.of(
              role,
              List.of(
                  new ContentPart.Result(
                      maybe(), maybe(), list(() -> new ContentPart.Text(text())))));
    };
  }

  private ContentPart part() {
    return switch (random.nextInt(3)) {
      case 0 -> new ContentPart.Text(text());
      case 1 -> new ContentPart.Reasoning(text());
      default ->
          new ContentPart.Call(
              random.nextBoolean()
                  ? ToolCall.of(text(), object(2))
                  : ToolCall.of(text(), text(), object(2)));
    };
  }

  private JsonValue json(int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> JsonNull.NULL;
      case 1 -> any(JsonBoolean.values());
      case 2 -> new JsonNumber(any(List.of("0", "-0", "1.50", "1e400", "-1E-9", "9".repeat(40))));
      case 3 -> new JsonString(text());
      case 4 -> new JsonArray(list(() -> json(depth - 1)));
      default -> object(depth - 1);
    };
  }

  private JsonObject object(int depth) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (String name : list(this::text)) {
      if (name.chars()
          .noneMatch(unit -> Character.isSurrogate((char) unit))) { // no halves in names
        members.put(name, json(Math.max(depth, 0)));
      }
    }
    return new JsonObject(members);
  }

  /// Letters that JSON escapes, halves of surrogate pairs among them.
  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private Optional<String> maybe() {
    return random.nextBoolean() ? Optional.of(text()) : Optional.empty();
  }

  private int count(int least) {
    return switch (random.nextInt(3)) {
      case 0 -> least;
      case 1 -> Integer.MAX_VALUE;
      default -> least + random.nextInt(100_000);
    };
  }

  private <T> List<T> list(Supplier<? extends T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(element.get());
    }
    return list;
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /// With some of the changes, in any order.
  private <T> T some(T defaults, List<UnaryOperator<T>> changes) {
    List<UnaryOperator<T>> shuffled = new ArrayList<>(changes);
    Collections.shuffle(shuffled, random);
    T changed = defaults;
    for (UnaryOperator<T> change : shuffled.subList(0, random.nextInt(shuffled.size() + 1))) {
      changed = change.apply(changed);
    }
    return changed;
  }
}
