package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import puna.chat.ChatMessage;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Fifteen prompts to the embedded model with what a float32 reference makes of them: token ids,
/// logits, likelihoods and every greedy token.
public final class ReferencePrompts {
  private static final int MAX_TOKENS = 64;

  /// All answers are computed side by side, which costs little more than one.
  private static final int PROMPTS = 15;

  private ReferencePrompts() {}

  /// What a number format may cost. Sources of the bounds: each rounding simulated on this model,
  /// with some room; ties: twice what was found over the tiers and vector widths of a processor.
  ///
  /// @param logits relative L2 of the logits after a prompt
  /// @param likelihood relative difference of a prompt's negative log-likelihood
  /// @param tie the most by which the distance of two likely tokens' logits may differ from the
  ///   reference's, so that greedy tokens must be equal up to one that was ahead of the second best
  ///   by no more
  public record Bounds(double logits, double likelihood, double tie) {
    /// Activations and cache in float32.
    public static final Bounds FLOAT32 = new Bounds(1e-4, 1e-5, 2e-4);

    /// Activations in float32, cache in f16.
    public static final Bounds HALF_CACHE = new Bounds(1e-3, 5e-4, 0.015);

    /// Activations of 15 bits, cache in f16.
    public static final Bounds FIFTEEN_BITS = new Bounds(3e-3, 5e-4, 0.025);

    /// Products in bf16.
    public static final Bounds BF16 = new Bounds(2e-2, 8e-3, 0.2);

    /// Activations of 8 bits.
    public static final Bounds EIGHT_BITS = new Bounds(8e-2, 4e-2, 0.8);
  }

  /// How much of the prompts is compared.
  public enum Scope {
    /// Two short ones, both with logits, and the first tokens of their answers.
    SLICE,
    /// All but the one of 2,215 tokens.
    SHORT,
    ALL;

    private static final Set<String> IN_SLICE = Set.of("capital", "raw-once");
    private static final int SLICE_TOKENS = 10;

    /// This, or all prompts in a thorough run, or more where the run asks for it.
    Scope ofThisRun() {
      if (Boolean.getBoolean("puna.test.thorough")) {
        return ALL;
      }
      Scope least = valueOf(System.getProperty("puna.test.least", SLICE.name()));
      return compareTo(least) >= 0 ? this : least;
    }

    boolean has(String prompt) {
      return switch (this) {
        case SLICE -> IN_SLICE.contains(prompt);
        case SHORT -> !prompt.equals("raw-long");
        case ALL -> true;
      };
    }

    int tokens(int all) {
      return this == SLICE ? Math.min(all, SLICE_TOKENS) : all;
    }
  }

  /// Compares the embedded model with the reference.
  ///
  /// @param least prompts of this run; a thorough one has all
  public static void check(String tier, KvPrecision precision, Bounds bounds, Scope least)
      throws IOException {
    Scope scope = least.ofThisRun();
    LlamaOptions options =
        LlamaOptions.defaults()
            .withTier(KernelTier.valueOf(tier.toUpperCase(Locale.ROOT)))
            .withKvPrecision(precision)
            .withContextLength(4096)
            .withMaxConcurrent(PROMPTS);
    try (Llama llama = Llama.open(ModelSource.file(EmbeddedModel.path()), options)) {
      Map<JsonObject, Generation> answers = new LinkedHashMap<>();
      for (JsonValue entry : prompts()) {
        JsonObject prompt = (JsonObject) entry;
        if (!scope.has(text(prompt, "id"))) {
          continue;
        }
        int[] ids = checkPrompt(llama, prompt);
        checkLogits(llama, prompt, ids, bounds);
        answers.put(prompt, startAnswer(llama, prompt, ids, scope));
      }
      answers.forEach((prompt, answer) -> checkAnswer(prompt, answer, bounds));
    }
  }

  private static int[] checkPrompt(Llama llama, JsonObject prompt) throws IOException {
    Optional<JsonValue> messages = prompt.get("messages");
    int[] ids =
        messages.isPresent()
            ? llama
                .prompt(messages((JsonArray) messages.get()), ChatOptions.defaults())
                .tokens(llama.tokenizer())
            : llama.tokenizer().encode(rawText(prompt));
    assertThat(ids).as(text(prompt, "id")).isEqualTo(ints(prompt, "prompt_ids"));
    return ids;
  }

  private static void checkLogits(Llama llama, JsonObject prompt, int[] ids, Bounds bounds)
      throws IOException {
    List<float[]> last = new ArrayList<>();
    Score score =
        llama.score(
            Prompt.tokens(ids),
            ScoreOptions.defaults(),
            (position, logits) -> {
              if (position == ids.length - 1) {
                last.add(logits.clone());
              }
            });
    double expected = ((JsonNumber) prompt.get("prompt_nll").orElseThrow()).asDouble();
    assertThat(score.negativeLogLikelihood())
        .as(text(prompt, "id"))
        .isCloseTo(expected, within(expected * bounds.likelihood()));
    if (prompt.get("logits_file").isPresent()) {
      float[] reference = floats(text(prompt, "logits_file"));
      assertThat(Logits.relativeL2(last.getFirst(), reference))
          .as(text(prompt, "id"))
          .isLessThan(bounds.logits());
      assertThat(Logits.largestChangeOfADistance(last.getFirst(), reference))
          .as(text(prompt, "id"))
          .isLessThan(bounds.tie());
    }
  }

  private static Generation startAnswer(Llama llama, JsonObject prompt, int[] ids, Scope scope) {
    int maxTokens =
        prompt.get("n_predict").map(n -> (int) ((JsonNumber) n).asLong()).orElse(MAX_TOKENS);
    return llama.generate(
        Prompt.tokens(ids), GenerationOptions.greedy().withMaxTokens(scope.tokens(maxTokens)));
  }

  /// Tokens are equal up to the first tie that goes the other way: from there on the texts are
  /// different ones.
  private static void checkAnswer(JsonObject prompt, Generation generation, Bounds bounds) {
    try (Generation answer = generation) {
      String id = text(prompt, "id");
      String text = answer.text();
      int[] tokens = answer.tokens();
      int[] expected = ints(prompt, "ids");
      int differs = Arrays.mismatch(tokens, expected);
      if (differs < 0) {
        assertThat(text).as(id).isEqualTo(text(prompt, "text"));
      } else if (differs < Math.min(tokens.length, expected.length)) {
        assertThat(margin(prompt, differs))
            .as("%s: how far token %d was ahead, where another was chosen", id, differs)
            .isLessThanOrEqualTo(bounds.tie());
      } else {
        assertThat(text(prompt, "text")).as(id).startsWith(text);
        assertThat(tokens).as(id).hasSizeLessThan(expected.length);
        assertThat(answer.finishReason()).as(id).isEqualTo(FinishReason.LENGTH);
      }
    }
  }

  /// By how much a token's logit was ahead of the second best.
  private static double margin(JsonObject prompt, int token) {
    JsonArray margins = (JsonArray) prompt.get("margins").orElseThrow();
    return ((JsonNumber) margins.elements().get(token)).asDouble();
  }

  private static List<JsonValue> prompts() throws IOException {
    return ((JsonArray) Json.parse(resource("expected.json"), "expected.json")).elements();
  }

  private static List<ChatMessage> messages(JsonArray array) {
    return array.elements().stream()
        .map(JsonObject.class::cast)
        .map(message ->
            ChatMessage.of(
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
    try (InputStream in = ReferencePrompts.class.getResourceAsStream(path)) {
      return Objects.requireNonNull(in, path).readAllBytes();
    }
  }
}
