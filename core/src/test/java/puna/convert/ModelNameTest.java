package puna.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {
  /// Names and what gguf-py makes of them: base, tuning, version, size.
  @ParameterizedTest
  @CsvSource({
    "Mixtral-8x7B-Instruct-v0.1, 46700000000, Mixtral|Instruct|v0.1|8x7B",
    "Phi-3-mini-4k-instruct, 3800000000, Phi-3|4k-instruct||mini",
    "bloom-7b1-petals, 7100000000, bloom|petals||7.1B",
    "Llama-3.2-1B-Instruct, 1235814400, Llama-3.2|Instruct||1B",
    "SmolLM2-135M-Instruct, 134515008, SmolLM2|Instruct||135M",
    "hf-smollm2-bf16-sharded, 49000, hf-smollm2|sharded||49K",
    "Hermes-2-Pro-Llama-3-8B, 8000000000, Hermes-2-Pro-Llama-3|||8B"
  })
  void tellsTheParts(String name, long parameters, String parts) {
    Map<String, Object> keys = ModelName.keys(name, parameters);
    assertThat(
            Stream.of("basename", "finetune", "version", "size_label")
                .map(part -> String.valueOf(keys.getOrDefault("general." + part, "")))
                .collect(Collectors.joining("|")))
        .isEqualTo(parts);
  }

  @Test
  void tellsNothingWhereThereIsOnlyAName() {
    assertThat(ModelName.keys("hf-llama2-f16", 65_248))
        .isEqualTo(Map.of("general.name", "Hf Llama2 F16", "general.size_label", "65K"));
    assertThat(ModelName.keys("My best model 7B", 7_000_000))
        .isEqualTo(Map.of("general.name", "My Best Model 7B", "general.size_label", "7.0M"));
  }

  @ParameterizedTest
  @CsvSource({
    "64, 0.06K",
    "999, 1.0K",
    "65248, 65K",
    "1235814400, 1.2B",
    "134515008, 135M",
    "70553706496, 71B",
    "2000000000000, 2.0T"
  })
  void roundsToTwoDigits(long parameters, String label) {
    assertThat(ModelName.rounded(parameters)).isEqualTo(label);
  }

  @ParameterizedTest
  @CsvSource({
    "llama-2-7b-chat, Llama 2 7b Chat",
    "SmolLM2-base, SmolLM2 Base",
    "x-v1.5-it, X v1.5 It"
  })
  void titlesSmallWords(String name, String title) {
    assertThat(ModelName.title(name)).isEqualTo(title);
  }
}
