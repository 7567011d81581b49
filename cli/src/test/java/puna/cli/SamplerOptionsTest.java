package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import puna.json.Json;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// The options of the samplers.
class SamplerOptionsTest {
  private static final List<String> SENSELESS =
      List.of(
          "--repeat-last-n=-2",
          "--top-n-sigma=nan",
          "--typical=0",
          "--typical=1.5",
          "--xtc-probability=2",
          "--xtc-threshold=-1",
          "--dynatemp-range=-1",
          "--dynatemp-exp=nan",
          "--dry-multiplier=-1",
          "--dry-base=0.9",
          "--dry-allowed-length=-1",
          "--dry-penalty-last-n=-2",
          "--dry-sequence-breaker=",
          "--dry-sequence-breaker=\\q",
          "--adaptive-target=1.1",
          "--adaptive-decay=1",
          "--mirostat=3",
          "--mirostat=-1",
          "--mirostat-ent=-1",
          "--mirostat-lr=nan",
          "--logit-bias=15043",
          "--logit-bias=x+1",
          "--logit-bias=5+inf",
          "--logit-bias=99999999999+1",
          "--samplers=top_k;topp",
          "--samplers=",
          "--sampler-seq=kq",
          "--sampler-seq=kk",
          "--sampling-defaults=mine",
          "--logprobs=-1",
          "--logprobs=1001",
          "--answers=0",
          "--answers=1025");

  static Stream<String> senseless() {
    return SENSELESS.stream();
  }

  @ParameterizedTest
  @MethodSource("senseless")
  void senselessValuesAreUsageErrors(String option) {
    CommandRun run = CommandRun.of("generate", option, "Hi");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("puna: ")
        .contains(option.substring(0, option.indexOf('=')))
        .doesNotContain("\tat ");
  }

  @Test
  void everySamplerCanBeAskedFor() {
    CommandRun run =
        generate(
            "--sampling-defaults llama.cpp --seed 1 -n 8 --repeat-last-n 32 --repeat-penalty 1.1"
                + " --top-n-sigma 2 --typical 0.9 --xtc-probability 0.5 --xtc-threshold 0.2"
                + " --dynatemp-range 0.3 --dynatemp-exp 1.5 --dry-multiplier 0.8 --dry-base 1.5"
                + " --dry-allowed-length 3 --dry-penalty-last-n 64 --dry-sequence-breaker \\n"
                + " --adaptive-target 0.5 --adaptive-decay 0.8 --logit-bias 504-inf --ignore-eos"
                + " --samplers penalties;dry;top_k;temperature;xtc;adaptive_p --json Hello");

    assertThat(run.err()).isEmpty();
    JsonObject answer = (JsonObject) Json.parse(run.out(), "output");
    JsonArray ids = (JsonArray) answer.get("token_ids").orElseThrow();
    assertThat(ids.elements())
        .hasSize(8)
        .extracting(id -> ((JsonNumber) id).asLong())
        .doesNotContain(504L, 2L);
  }

  @Test
  void mirostatIsASamplerOfItsOwn() {
    assertThat(generate("--mirostat 2 --mirostat-ent 3 --mirostat-lr 0.2 -n 4 Hello").exitCode())
        .isZero();
    assertThat(generate("--mirostat 0 -n 1 Hello").exitCode()).isZero();
  }

  @Test
  void aBiasOutsideTheVocabularyIsRefused() {
    CommandRun run = generate("--logit-bias 999999+1 Hello");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("logitBias", "999999").hasLineCount(1);
  }

  private static CommandRun generate(String options) {
    return CommandRun.of(("generate " + options).split(" "));
  }
}
