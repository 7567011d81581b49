package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.chat.ChatMessage;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The embedded model against a float32 reference, prompt by prompt: token ids, logits, likelihoods
/// and every greedy token.
class SmolLm2ReferenceTest {
  private static final int MAX_TOKENS = 64;

  /// All answers are computed side by side, which costs little more than one.
  private static final int PROMPTS = 15;

  /// What a number format may cost. Sources of the bounds: each rounding simulated on this model,
  /// with some room.
  ///
  /// @param logits relative L2 of the logits after a prompt
  /// @param likelihood relative difference of a prompt's negative log-likelihood
  private record Bounds(double logits, double likelihood) {
    static Bounds of(KvPrecision precision) {
      return switch (precision) {
        case F32 -> new Bounds(1e-4, 1e-5);
        case F16 -> new Bounds(1e-3, 5e-4);
        case Q8_0 -> new Bounds(5e-2, 5e-3);
      };
    }
  }

  @ParameterizedTest
  @CsvSource({"scalar, F32", "vector, F32", "vector, F16"})
  void agreesWithTheReferenceOnAllPrompts(String tier, KvPrecision precision) throws IOException {
    LlamaOptions options =
        LlamaOptions.of(EmbeddedModel.path().toString())
            .withTier(tier)
            .withKvPrecision(precision)
            .withContextLength(4096)
            .withMaxConcurrent(PROMPTS);
    Bounds bounds = Bounds.of(precision);
    try (Llama llama = Llama.open(options)) {
      Map<JsonObject, Generation> answers = new LinkedHashMap<>();
      for (JsonValue entry : prompts()) {
        JsonObject prompt = (JsonObject) entry;
        int[] ids = checkPrompt(llama, prompt);
        checkLogits(llama, prompt, ids, bounds);
        answers.put(prompt, startAnswer(llama, prompt, ids));
      }
      answers.forEach(SmolLm2ReferenceTest::checkAnswer);
    }
  }

  private static int[] checkPrompt(Llama llama, JsonObject prompt) throws IOException {
    Optional<JsonValue> messages = prompt.get("messages");
    int[] ids =
        messages.isPresent()
            ? llama.chatPrompt(messages((JsonArray) messages.get()))
            : llama.tokenizer().encode(rawText(prompt));
    assertThat(ids).as(text(prompt, "id")).isEqualTo(ints(prompt, "prompt_ids"));
    return ids;
  }

  private static void checkLogits(Llama llama, JsonObject prompt, int[] ids, Bounds bounds)
      throws IOException {
    List<float[]> last = new ArrayList<>();
    Score score =
        llama.score(
            ids,
            ScoreOptions.defaults()
                .withListener((position, logits) -> {
                  if (position == ids.length - 1) {
                    last.add(logits.clone());
                  }
                }));
    double expected = ((JsonNumber) prompt.get("prompt_nll").orElseThrow()).asDouble();
    assertThat(score.negativeLogLikelihood())
        .as(text(prompt, "id"))
        .isCloseTo(expected, within(expected * bounds.likelihood()));
    if (prompt.get("logits_file").isPresent()) {
      float[] reference = floats(text(prompt, "logits_file"));
      assertThat(Logits.relativeL2(last.getFirst(), reference))
          .as(text(prompt, "id"))
          .isLessThan(bounds.logits());
    }
  }

  private static Generation startAnswer(Llama llama, JsonObject prompt, int[] ids) {
    int maxTokens =
        prompt.get("n_predict").map(n -> (int) ((JsonNumber) n).asLong()).orElse(MAX_TOKENS);
    return llama.generate(ids, GenerationOptions.greedy().withMaxTokens(maxTokens));
  }

  private static void checkAnswer(JsonObject prompt, Generation generation) {
    try (Generation answer = generation) {
      String text = answer.text();
      assertThat(answer.tokens()).as(text(prompt, "id")).isEqualTo(ints(prompt, "ids"));
      assertThat(text).as(text(prompt, "id")).isEqualTo(text(prompt, "text"));
    }
  }

  private static List<JsonValue> prompts() throws IOException {
    return ((JsonArray) Json.parse(resource("expected.json"), "expected.json")).elements();
  }

  private static List<ChatMessage> messages(JsonArray array) {
    return array.elements().stream()
        .map(JsonObject.class::cast)
        .map(message ->
            new ChatMessage(
                ChatMessage.Role.valueOf(text(message, "role").toUpperCase(java.util.Locale.ROOT)),
                text(message, "content")))
        .toList();
  }

  /// The long prompt is not repeated: it is the licence beside the model.
  private static String rawText(JsonObject prompt) throws IOException {
    return prompt.get("prompt").isPresent()
        ? text(prompt, "prompt")
        : new String(bytes("/META-INF/puna/models/smollm2-135m/LICENSE"), StandardCharsets.UTF_8);
  }

  private static String text(JsonObject object, String name) {
    return ((JsonString) object.get(name).orElseThrow()).value();
  }

  private static int[] ints(JsonObject object, String name) {
    return ((JsonArray) object.get(name).orElseThrow())
        .elements().stream().mapToInt(value -> (int) ((JsonNumber) value).asLong()).toArray();
  }

  private static float[] floats(String name) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(resource(name)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static byte[] resource(String name) throws IOException {
    return bytes("/puna/smollm2-135m/" + name);
  }

  private static byte[] bytes(String path) throws IOException {
    try (InputStream in = SmolLm2ReferenceTest.class.getResourceAsStream(path)) {
      return Objects.requireNonNull(in, path).readAllBytes();
    }
  }
}
