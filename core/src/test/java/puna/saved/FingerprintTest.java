package puna.saved;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import puna.tensor.Metadata;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

/// What gives a model another name, and what does not.
class FingerprintTest {
  private static final Map<String, Object> KEYS =
      Map.of(
          "general.architecture",
          "llama",
          "general.name",
          "A",
          "llama.block_count",
          2L,
          "llama.rope.freq_base",
          1e4,
          "tokenizer.chat_template",
          "{{ messages }}",
          "tokenizer.ggml.tokens",
          List.of("a", "b"),
          "tokenizer.ggml.token_type",
          new long[] {1, 1});

  private record Model(Metadata metadata, SequencedMap<String, Tensor> tensors)
      implements TensorSource {
    @Override
    public String origin() {
      return "model.gguf";
    }

    @Override
    public void close() {}
  }

  private static Fingerprint of(String key, Object value) {
    Map<String, Object> keys = new LinkedHashMap<>();
    KEYS.keySet().stream().sorted().forEach(each -> keys.put(each, KEYS.get(each)));
    keys.put(key, value);
    return of(keys, tensor("w", 600, 0));
  }

  private static Fingerprint of(Map<String, Object> keys, Tensor... tensors) {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      all.put(tensor.name(), tensor);
    }
    return Fingerprint.of(new Model(new Metadata("model.gguf", keys), all));
  }

  /// @param changed the number that differs
  private static Tensor tensor(String name, int columns, int changed) {
    float[] values = new float[columns];
    values[changed] = 1;
    byte[] bytes = new byte[4 * columns];
    MemorySegment.ofArray(bytes).copyFrom(MemorySegment.ofArray(values));
    return new Tensor(name, TensorType.F32, Shape.of(columns), MemorySegment.ofArray(bytes));
  }

  @Test
  void itIsTheSameForTheSameModel() {
    Fingerprint one = of("llama.block_count", 2L);
    assertThat(one)
        .isEqualTo(of("llama.block_count", 2L))
        .hasSameHashCodeAs(of("general.name", "A"));
    assertThat(one.toString()).matches("[0-9a-f]{64}");
    assertThat(of("general.name", "another")).isEqualTo(one);
    assertThat(of("tokenizer.chat_template", "corrected")).isEqualTo(one);
  }

  @Test
  void whatDecidesResultsDecidesIt() {
    Fingerprint one = of("llama.block_count", 2L);
    assertThat(of("llama.block_count", 3L)).isNotEqualTo(one);
    assertThat(of("llama.rope.freq_base", 2e4)).isNotEqualTo(one);
    assertThat(of("tokenizer.ggml.tokens", List.of("a", "c"))).isNotEqualTo(one);
    assertThat(of("tokenizer.ggml.token_type", new long[] {1, 3})).isNotEqualTo(one);
    assertThat(of("tokenizer.ggml.add_bos_token", true)).isNotEqualTo(one);
    assertThat(Fingerprint.ofName("A")).isNotEqualTo(one);
  }

  @Test
  void tensorsDecideItByNameShapeAndSamples() {
    Fingerprint one = of(KEYS, tensor("w", 6000, 0));
    assertThat(of(KEYS, tensor("v", 6000, 0))).isNotEqualTo(one);
    assertThat(of(KEYS, tensor("w", 6001, 0))).isNotEqualTo(one);
    assertThat(of(KEYS, tensor("w", 6000, 1))).isNotEqualTo(one);
    assertThat(of(KEYS, tensor("w", 6000, 3000))).isNotEqualTo(one);
    assertThat(of(KEYS, tensor("w", 6000, 5999))).isNotEqualTo(one);
    assertThat(of(KEYS, tensor("w", 6000, 0), tensor("x", 3, 0))).isNotEqualTo(one);
    assertThat(Optional.of(of(KEYS, tensor("w", 6000, 0)))).contains(one);
  }
}
