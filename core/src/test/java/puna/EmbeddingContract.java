package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.EmbeddingOptions.Length;
import puna.EmbeddingOptions.Pooling;
import puna.json.Json;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The embedded model's vectors against Hugging Face transformers 5.18.
///
/// `smollm2-135m.f32` has, for each text of `texts.json`, the mean, the last and the first of
/// `LlamaModel`'s `last_hidden_state` (float32, eager attention, weights dequantized from the same
/// file), 576 little-endian numbers each; `tokens` are those of its tokenizer.
public abstract class EmbeddingContract {
  private static final int WIDTH = 576;
  private static final double TOLERANCE = 1e-3;

  private static final List<String> TEXTS = new ArrayList<>();
  private static final List<int[]> TOKENS = new ArrayList<>();
  private static final List<float[]> VECTORS = new ArrayList<>();

  static {
    try {
      readReferences();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final KernelTier tier;
  private final Llama llama;
  private final List<String> texts;

  /// @param tier that computes
  /// @param scope of the texts
  protected EmbeddingContract(KernelTier tier, Scope scope) {
    this.tier = tier;
    llama =
        Llama.open(
            ModelSource.file(EmbeddedModel.path()),
            LlamaOptions.defaults()
                .withTier(tier)
                .withContextLength(2048)
                .withKvPrecision(KvPrecision.F32));
    texts =
        switch (scope) {
          case FEW -> TEXTS.subList(0, 3);
          case SHORT -> TEXTS.subList(0, TEXTS.size() - 1);
          case ALL -> TEXTS;
        };
  }

  /// Which texts are read.
  public enum Scope {
    /// The first three.
    FEW,
    /// All but the last, which has 2,022 tokens.
    SHORT,
    ALL
  }

  private static void readReferences() throws IOException {
    String json = new String(resource("texts.json"), StandardCharsets.UTF_8);
    ((JsonArray) Json.parse(json, "texts.json"))
        .elements()
        .forEach(element -> {
          JsonObject text = (JsonObject) element;
          TEXTS.add(((JsonString) Objects.requireNonNull(text.members().get("text"))).value());
          JsonArray ids = (JsonArray) Objects.requireNonNull(text.members().get("tokens"));
          TOKENS.add(
              ids.elements().stream().mapToInt(id -> (int) ((JsonNumber) id).asLong()).toArray());
        });
    ByteBuffer bytes = ByteBuffer.wrap(resource("smollm2-135m.f32")).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      float[] vector = new float[WIDTH];
      bytes.asFloatBuffer().get(vector);
      bytes.position(bytes.position() + 4 * WIDTH);
      VECTORS.add(vector);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = EmbeddingContract.class.getResourceAsStream("/puna/embeddings/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  @AfterEach
  void close() {
    llama.close();
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheReference(Pooling pooling) {
    EmbeddingOptions options =
        EmbeddingOptions.defaults().withPooling(pooling).withLength(Length.MODEL);
    Embeddings embeddings = llama.embed(texts, options);
    double worst = 0;
    for (int i = 0; i < texts.size(); i++) {
      float[] reference = reference(i, pooling);
      double error = difference(embeddings.get(i).values(), reference);
      assertThat(error).as("%s of text %s", pooling, i).isLessThan(TOLERANCE);
      worst = Math.max(worst, error);
    }
    System.out.println("embeddings, " + pooling + ": at most " + worst + " from the reference");
  }

  /// How far a vector of a text among others may be from that of the text alone.
  protected double crowdTolerance() {
    return 1e-5;
  }

  @Test
  void bitsAreTheSameWhereTheModelIsBatchInvariant() {
    List<String> some = TEXTS.subList(0, 2);
    LlamaOptions options =
        LlamaOptions.defaults()
            .withTier(tier)
            .withContextLength(64)
            .withBatchInvariance(BatchInvariance.ON);
    try (Llama invariant = Llama.open(ModelSource.file(EmbeddedModel.path()), options)) {
      Embeddings together = invariant.embed(some, EmbeddingOptions.defaults());
      for (int i = 0; i < some.size(); i++) {
        assertThat(invariant.embed(some.subList(i, i + 1), EmbeddingOptions.defaults()).get(0))
            .isEqualTo(together.get(i));
      }
    }
  }

  private static float[] reference(int text, Pooling pooling) {
    int place =
        switch (pooling) {
          case MEAN -> 0;
          case LAST -> 1;
          case CLS -> 2;
        };
    return VECTORS.get(3 * text + place);
  }

  @Test
  void readsTheTokensOfTheReference() {
    for (int i = 0; i < texts.size(); i++) {
      assertThat(Prompt.text(TEXTS.get(i)).tokens(llama.tokenizer()))
          .as("text %s", i)
          .containsExactly(TOKENS.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTextAloneHasTheVectorThatItHasAmongOthers(Pooling pooling)
      throws ExecutionException, InterruptedException {
    EmbeddingOptions options = EmbeddingOptions.defaults().withPooling(pooling);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Generation answer = llama.generate(Prompt.text("Once"), GenerationOptions.greedy())) {
      Future<Embeddings> together = threads.submit(() -> llama.embed(texts, options));
      for (int i = 0; i < Math.min(texts.size(), TEXTS.size() - 1); i++) {
        Embedding among = together.get().get(i);
        answer.cancel();
        Embedding alone = llama.embed(List.of(texts.get(i)), options).get(0);
        assertThat(difference(alone.values(), among.values()))
            .as("text %s", i)
            .isLessThan(crowdTolerance());
      }
    }
  }

  @Test
  void vectorsAreNormalisedAndCut() {
    EmbeddingOptions whole = EmbeddingOptions.defaults();
    float[] raw = llama.embed(TEXTS.subList(0, 1), whole.withLength(Length.MODEL)).get(0).values();
    float[] first = llama.embed(TEXTS.subList(0, 1), whole.withDimensions(100)).get(0).values();
    double length = length(Arrays.copyOf(raw, 100));
    for (int i = 0; i < 100; i++) {
      assertThat((double) first[i]).isCloseTo(raw[i] / length, within(1e-5));
    }
    assertThat(first).hasSize(100);
    assertThat(length(first)).isCloseTo(1, within(1e-6));
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static double difference(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    float[] difference = new float[found.length];
    for (int i = 0; i < found.length; i++) {
      difference[i] = found[i] - expected[i];
    }
    return length(difference) / length(expected);
  }
}
