package puna.checkpoint.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.GoldenCheckpoint;
import puna.error.ModelFormatException;
import puna.quant.BlockFormats;

class MetaCheckpointTest {
  @TempDir Path folder;

  @Test
  void recognisesItsFolderAndEachOfItsFiles() throws IOException {
    copy("meta-2parts");
    for (String name : List.of("", "params.json", "consolidated.00.pth", "consolidated.01.pth")) {
      Path path = folder.resolve(name);
      assertThat(MetaCheckpoint.recognises(path)).as(name).isTrue();
      assertThat(MetaCheckpoint.tokenizer(path)).contains(folder.resolve("tokenizer.model"));
      try (Checkpoint checkpoint = MetaCheckpoint.open(path)) {
        assertThat(checkpoint.files().paths())
            .containsExactly(
                folder.resolve("consolidated.00.pth"), folder.resolve("consolidated.01.pth"));
      }
    }
  }

  @Test
  void recognisesNothingElse() throws IOException {
    assertThat(MetaCheckpoint.recognises(folder)).isFalse();
    Path params = Files.writeString(folder.resolve("params.json"), "{}");
    assertThat(MetaCheckpoint.recognises(folder)).isFalse();
    assertThat(MetaCheckpoint.recognises(params)).isFalse();
    assertThat(MetaCheckpoint.recognises(folder.resolve("consolidated.00.pth"))).isFalse();
    Path other = Files.writeString(folder.resolve("model.pth"), "x");
    assertThat(MetaCheckpoint.recognises(other)).isFalse();
    assertThat(MetaCheckpoint.tokenizer(other)).isEmpty();
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> MetaCheckpoint.open(other))
        .withMessageContaining("must be a folder with params.json and consolidated.00.pth");
  }

  @Test
  void tellsGgufsKeys() {
    Path path = GoldenCheckpoint.named("meta-2parts").folder();
    try (Checkpoint checkpoint = MetaCheckpoint.open(path)) {
      assertThat(checkpoint.origin()).isEqualTo("meta-2parts");
      assertThat(checkpoint.metadata().values())
          .containsEntry("general.architecture", "llama")
          .containsEntry("general.name", "meta-2parts")
          .containsEntry("llama.vocab_size", 512L)
          .containsEntry("llama.context_length", 4096L)
          .containsEntry("llama.feed_forward_length", 80L)
          .containsEntry("llama.attention.head_count_kv", 2L)
          .containsEntry("llama.attention.key_length", 8L)
          .containsEntry("llama.rope.freq_base", 10000.0);
      assertThat(checkpoint.tensors()).hasSize(30).doesNotContainKey("rope_freqs.weight");
    }
  }

  @Test
  void isCalledAfterTheFolderAboveOriginal() throws IOException {
    Path original = Files.createDirectories(folder.resolve("Llama-X/original"));
    copy("meta-1part", original);
    try (Checkpoint checkpoint = MetaCheckpoint.open(original)) {
      assertThat(checkpoint.metadata().requireString("general.name")).isEqualTo("Llama-X");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\"norm_eps\": 1e-05', '\"norm_eps\": 1e-06', 2048",
    "'\"norm_eps\": 1e-05', '\"norm_eps\": 1e-05', 4096",
    "'\"rope_theta\": 10000.0', '\"rope_theta\": 1000000', 16384",
    "'\"rope_theta\": 10000.0', '\"rope_theta\": 500000', 8192",
    "'\"rope_theta\": 10000.0', '\"rope_theta\": 5e5, \"use_scaled_rope\": true', 131072",
    "', \"rope_theta\": 10000.0', '', 4096"
  })
  void theContextIsThatOfTheGeneration(String from, String to, long context) throws IOException {
    copy("meta-1part");
    change(from, to);
    try (Checkpoint checkpoint = MetaCheckpoint.open(folder)) {
      assertThat(checkpoint.metadata().requireInteger("llama.context_length")).isEqualTo(context);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 128, 8, '29 1.20748, 30 1.55341, 31 2.02631, 32 2.69453, 33 3.68425, 34 5.25733'",
    "3072, 128, 32, '29 1.23494, 30 1.65133, 31 2.27666, 32 3.29226, 33 5.17160, 34 9.66673'",
    "2048, 64, 32, '15 1.65133, 16 3.29226, 17 9.66673'"
  })
  void stretchedFrequenciesHaveTheDivisorsOfTheModel(
      int width, int headSize, float factor, String between) {
    String json =
        "{\"dim\": %s, \"n_heads\": %s, \"n_layers\": 1, \"rope_theta\": 5e5}"
            .formatted(width, width / headSize);
    float[] divisors =
        BlockFormats.floats(
            Llama3Divisors.of(
                MetaParams.read(json.getBytes(StandardCharsets.UTF_8), "params.json")));
    assertThat(divisors).hasSize(headSize / 2);
    String[] pairs = between.split(", ");
    int first = Integer.parseInt(pairs[0].split(" ")[0]);
    IntFunction<Float> wanted =
        pair -> {
          if (pair < first) {
            return 1f;
          }
          return pair < first + pairs.length
              ? Float.parseFloat(pairs[pair - first].split(" ")[1])
              : factor;
        };
    for (int pair = 0; pair < divisors.length; pair++) {
      assertThat(divisors[pair])
          .as("pair %s", pair)
          .isCloseTo(wanted.apply(pair), Offset.offset(1e-5f));
    }
  }

  @Test
  void theFileMayNameTheFactor() {
    String json =
        "{\"dim\": 64, \"n_heads\": 2, \"n_layers\": 1, \"rope_theta\": 5e5,"
            + " \"use_scaled_rope\": true, \"rope_scaling_factor\": 16.0}";
    float[] divisors =
        BlockFormats.floats(
            Llama3Divisors.of(
                MetaParams.read(json.getBytes(StandardCharsets.UTF_8), "params.json")));
    assertThat(divisors[divisors.length - 1]).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"dim\": 32 -> \"dim\": 32.5 -> dim: must be an integer of 1 to 16777216, found 32.5",
        "\"dim\": 32 -> \"dim\": -1 -> dim: must be an integer of 1 to 16777216, found -1.0",
        "\"dim\": 32 -> \"dim\": 1e99 -> dim: must be an integer of 1 to 16777216, found 1.0E99",
        "\"dim\": 32 -> \"dim\": \"32\" -> dim: must be a number, found another value",
        "\"dim\": 32 -> \"width\": 32 -> dim: is required and absent",
        "\"n_layers\": 3 -> \"n_layers\": 4097 -> n_layers: must be an integer of 1 to 4096",
        "\"n_heads\": 4 -> \"n_heads\": 5 -> n_kv_heads: must divide the 5 heads, found 2",
        "\"n_heads\": 4 -> \"n_heads\": 6 -> n_heads: must divide the width 32, found 6",
        "\"n_heads\": 4 -> \"n_heads\": 32 -> head_dim: must be even",
        "\"norm_eps\": 1e-05 -> \"norm_eps\": 0 -> norm_eps: must be a positive number, found 0.0",
        "\"dim\": 32 -> \"dim\": 32, \"dim\": 32 -> each key may occur once",
        "\"dim\": 32 -> \"use_scaled_rope\": 1 -> dim: is required",
        "\"dim\": 32 -> \"dim\": 32, \"use_scaled_rope\": 1 -> use_scaled_rope: must be true or",
        "\"vocab_size\": -1 -> \"vocab_size\": 511 -> vocab_size: must be the rows of"
            + " tok_embeddings.weight, 512, found 511",
        "{ -> [{ -> params.json: "
      })
  void refusesParametersNamingTheKey(String text) throws IOException {
    copy("meta-1part");
    String[] parts = text.split(" -> ");
    change(parts[0], parts[1]);
    refuses("params.json: ", parts[2]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"dim\": 32 -> \"dim\": 64 -> tensor tok_embeddings.weight: must be a part of 64 × 512"
            + " (columns × rows) cut into 1 by params.json, found 32 × 512: that is one of 2 parts,"
            + " consolidated.01.pth is missing",
        "\"dim\": 32 -> \"dim\": 40 -> tensor tok_embeddings.weight: must be a part of 40 × 512",
        "\"n_kv_heads\": 2 -> \"n_kv_heads\": 1 -> tensor layers.0.attention.wk.weight: must be a"
            + " part of 32 × 8 (columns × rows) cut into 1 by params.json, found 32 × 16",
        "\"n_layers\": 3 -> \"n_layers\": 4 -> tensor layers.3.attention_norm.weight: is required by"
            + " the 4 layers of params.json, found none",
        "\"n_layers\": 3 -> \"n_layers\": 2 -> every tensor must be a dense Llama's for the layers of"
            + " params.json, found layers.2.attention.wq.weight, layers.2.attention.wk.weight,"
            + " layers.2.attention.wv.weight, layers.2.attention.wo.weight and 5 more"
      })
  void refusesParametersThatContradictTheTensors(String text) throws IOException {
    copy("meta-1part");
    String[] parts = text.split(" -> ");
    change(parts[0], parts[1]);
    refuses("consolidated.00.pth: data.pkl: ", parts[2]);
  }

  @Test
  void refusesACheckpointThatLacksFiles() throws IOException {
    copy("meta-2parts");
    Path second = folder.resolve("consolidated.01.pth");
    Files.delete(second);
    refuses("consolidated.00.pth: ", "that is one of 2 parts, consolidated.01.pth is missing");
    Files.move(folder.resolve("consolidated.00.pth"), second);
    refuses(
        folder.getFileName() + ": ",
        "all 2 parts of a checkpoint must lie in one folder, consolidated.00.pth is missing");
    Files.move(second, folder.resolve("consolidated.16.pth"));
    refuses(folder.getFileName() + ": ", "may have 16 parts at most, found consolidated.16.pth");
    Files.delete(folder.resolve("params.json"));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> MetaCheckpoint.open(folder.resolve("consolidated.16.pth")))
        .withMessageContaining("params.json must lie beside the weights, found none");
  }

  @Test
  void refusesPartsThatContradictEachOther() throws IOException {
    copy("meta-2parts");
    Path second = folder.resolve("consolidated.01.pth");
    Path others = GoldenCheckpoint.named("meta-1part").folder();
    Files.delete(second);
    Files.copy(others.resolve("consolidated.00.pth"), second);
    refuses(
        "consolidated.01.pth: data.pkl: ",
        "tensor tok_embeddings.weight: must be BF16 of 16 × 512 as in consolidated.00.pth, found"
            + " BF16 of 32 × 512");
  }

  @Test
  void refusesPartsWithDifferentTensors() throws IOException {
    PickleBytes one = PickleBytes.dictionary();
    byte[] content = new byte[24];
    write("consolidated.00.pth", one.tensor("tok_embeddings.weight", "0", 3, 2).stop(), content);
    write("consolidated.01.pth", PickleBytes.dictionary().stop(), content);
    Files.writeString(
        folder.resolve("params.json"), "{\"dim\": 2, \"n_layers\": 1, \"n_heads\": 1}");
    refuses(
        "consolidated.01.pth: data.pkl: tensor tok_embeddings.weight: ",
        "is required by the 1 layers of params.json, found none");
  }

  @Test
  void refusesWeightsOfOtherNumbers() throws IOException {
    PickleBytes pickle = PickleBytes.dictionary().text("tok_embeddings.weight");
    pickle.global("torch._utils", "_rebuild_tensor_v2").raw('(').storage("LongStorage", "0", 3);
    pickle.integer(0).integers(3, 1).integers(1, 1).hooks().raw('t', 'R', 's');
    write("consolidated.00.pth", pickle.stop(), new byte[24]);
    Files.writeString(
        folder.resolve("params.json"), "{\"dim\": 2, \"n_layers\": 1, \"n_heads\": 1}");
    refuses(
        "consolidated.00.pth: data.pkl: tensor tok_embeddings.weight: ",
        "must be F32, F16, BF16 or F64, found I64");
  }

  private void write(String name, byte[] pickle, byte[] content) throws IOException {
    ZipBytes zip = new ZipBytes();
    zip.add("x/data.pkl", pickle);
    zip.add("x/data/0", content);
    Files.write(folder.resolve(name), zip.toByteArray());
  }

  private void refuses(String place, String finding) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> MetaCheckpoint.open(folder))
        .withMessageStartingWith(place)
        .withMessageContaining(finding);
  }

  private void change(String from, String to) throws IOException {
    Path params = folder.resolve("params.json");
    String json = Files.readString(params);
    assertThat(json).contains(from);
    Files.writeString(params, json.replace(from, to));
  }

  private void copy(String name) throws IOException {
    copy(name, folder);
  }

  private static void copy(String name, Path target) throws IOException {
    try (Stream<Path> files = Files.list(GoldenCheckpoint.named(name).folder())) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
  }
}
