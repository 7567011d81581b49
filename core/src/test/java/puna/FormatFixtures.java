package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Tiny models in every format, with what a reference makes of them.
public final class FormatFixtures {
  /// What float32 arithmetic may differ by from the reference's.
  private static final float LOGITS_BOUND = 2e-4f;

  private FormatFixtures() {}

  /// Copies the files of a model to a folder of its name.
  public static Path copy(String name, Path into) throws IOException {
    Path folder = Files.createDirectories(into.resolve(name));
    Path source = resources().resolve(name);
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(source.relativize(file).toString()));
      }
    }
    return folder;
  }

  private static Path resources() {
    Path here = Path.of("src/test/resources/puna/formats");
    Path fromOtherModules = Path.of("../core").resolve(here);
    return (Files.exists(here) ? here : fromOtherModules).toAbsolutePath();
  }

  static Llama open(Path model, KernelTier tier) {
    return Llama.open(
        ModelSource.file(model),
        LlamaOptions.defaults().withTier(tier).withKvPrecision(KvPrecision.F32));
  }

  /// Compares logits of all positions and the greedy continuation.
  ///
  /// @param name of the entry in the reference
  static void check(Llama llama, String name) throws IOException {
    JsonObject expected = expected(name);
    checkLogits(llama, expected);
    int[] greedy = ints(expected.get("greedy").orElseThrow());
    Generation answer =
        llama.generate(
            Prompt.tokens(ints(expected.get("prompt").orElseThrow())),
            GenerationOptions.greedy().withMaxTokens(greedy.length));
    int[] answered = answer.tokens();
    assertThat(answered).as(name).isEqualTo(Arrays.copyOf(greedy, answered.length));
    if (answered.length < greedy.length) { // the reference goes on behind an end
      assertThat(llama.tokenizer().isEndOfGeneration(greedy[answered.length])).isTrue();
    }
  }

  private static void checkLogits(Llama llama, JsonObject expected) throws IOException {
    int[] prompt = ints(expected.get("prompt").orElseThrow());
    float[] reference = floats(string(expected, "logits"));
    List<float[]> found = new ArrayList<>();
    llama.score(
        Prompt.tokens(prompt),
        ScoreOptions.defaults(),
        (position, logits) -> found.add(logits.clone()));
    assertThat(found).hasSize(prompt.length);
    int vocabulary = reference.length / prompt.length;
    for (int position = 0; position < prompt.length; position++) {
      float[] row =
          Arrays.copyOfRange(reference, position * vocabulary, (position + 1) * vocabulary);
      float[] logits = found.get(position);
      assertThat(logits.length).isLessThanOrEqualTo(vocabulary);
      for (int id = 0; id < logits.length; id++) {
        assertThat(Math.abs(logits[id] - row[id]))
            .as("position %s, id %s", position, id)
            .isLessThan(LOGITS_BOUND);
      }
    }
  }

  /// Compares the ids and the texts of the tokenizer.
  static void checkTokenizer(Llama llama, String name) throws IOException {
    for (JsonValue one : ((JsonArray) expected(name).get("tokenize").orElseThrow()).elements()) {
      JsonObject golden = (JsonObject) one;
      String text = string(golden, "text");
      int[] ids = ints(golden.get("ids").orElseThrow());
      assertThat(llama.tokenizer().encode(text)).as(text).isEqualTo(ids);
      assertThat(llama.tokenizer().decode(ids)).isEqualTo(string(golden, "decoded"));
      golden
          .get("ids_with_special")
          .ifPresent(special ->
              assertThat(Prompt.text(text).tokens(llama.tokenizer()))
                  .as(text)
                  .isEqualTo(ints(special)));
    }
  }

  static JsonObject expected(String name) throws IOException {
    JsonObject all = (JsonObject) Json.parse(read("expected.json"), "expected.json");
    return (JsonObject) all.get(name).orElseThrow();
  }

  static String string(JsonObject object, String name) {
    return ((JsonString) object.get(name).orElseThrow()).value();
  }

  static int[] ints(JsonValue array) {
    return ((JsonArray) array)
        .elements().stream().mapToInt(value -> (int) ((JsonNumber) value).asLong()).toArray();
  }

  private static float[] floats(String file) throws IOException {
    byte[] bytes = read(file);
    float[] floats = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(
            FormatFixtures.class.getResourceAsStream("/puna/formats/" + file), file)) {
      return stream.readAllBytes();
    }
  }
}
