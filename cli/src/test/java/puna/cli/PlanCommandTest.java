package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.cli.command.ExitCodes;
import puna.json.Json;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;

/// `puna info` of a model.
class PlanCommandTest {
  @TempDir private static Path folder;
  private static String model = "";

  @BeforeAll
  static void writeModel() throws IOException {
    Path file = folder.resolve("model.gguf");
    ModelShape shape =
        new ModelShape(
            "planned",
            320,
            4096,
            64,
            2,
            4,
            2,
            16,
            128,
            1e-5,
            10_000,
            Optional.empty(),
            true,
            Optional.empty());
    new RandomModel(shape, WeightMix.named("Q8_0"), 1).write(file);
    model = file.toString();
  }

  @Test
  void printsWhatAModelWouldTake() {
    CommandRun run = CommandRun.of("info", "-m", model, "--context", "1024", "--parallel", "4");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("weights", "activations", "logits", "scratch", "total", "fits", "available")
        .containsPattern("KV cache +1.0 MB +once full: 4,096 tokens of 256 B")
        .containsPattern("context +1,024 +tokens; the cache of 4 whole ones is 1.0 MB");
  }

  @Test
  void printsItAsJson() {
    CommandRun run =
        CommandRun.of(
            "info", "--json", "-m", model, "--cache-tokens", "128", "-ctk", "q8_0", "-ctv", "q4_0");
    JsonObject plan = (JsonObject) Json.parse(run.out(), "plan");
    assertThat(plan.members())
        .containsEntry("cache_tokens", JsonNumber.of(128))
        .containsEntry("context_length", JsonNumber.of(128))
        .containsEntry("cache_token_bytes", JsonNumber.of(2 * 2 * (34 + 18)));
  }

  @Test
  void saysWhatChunkedLayersKeep() throws IOException {
    Path file = folder.resolve("chunked.gguf");
    ModelShape shape =
        new ModelShape(
            "chunked",
            320,
            1 << 17,
            64,
            4,
            4,
            2,
            16,
            128,
            1e-5,
            10_000,
            Optional.empty(),
            true,
            Optional.of(new ModelShape.Experts(2, 1, 2, 64, 1)));
    new RandomModel(shape, WeightMix.named("Q8_0"), 1).write(file);
    CommandRun run =
        CommandRun.of("info", "-m", file.toString(), "-c", "131072", "--parallel", "1");
    assertThat(run.out())
        .containsPattern(
            "KV cache +20.1 MB +once full: 131,072 tokens of 128 B, "
                + "and in layers that see a part alone 8,768 of 384 B")
        .containsPattern("context +131,072 +tokens; the cache of 1 whole ones is 20.1 MB");
  }

  @Test
  void weightsThatStayInTheFileHaveARowOfTheirOwn() {
    CommandRun read = CommandRun.of("info", "-m", model, "--tier", "scalar", "-c", "1024");
    CommandRun run =
        CommandRun.of("info", "-m", model, "--tier", "scalar", "-c", "1024", "--weights", "mapped");
    assertThat(run.exitCode()).as("%s", run).isZero();
    assertThat(run.out()).containsPattern("in the file +[0-9.]+ [kM]B +weights that stay there");
    assertThat(read.out()).doesNotContain("in the file");
  }

  @Test
  void aDraftModelHasARowOfItsOwn() {
    CommandRun run = CommandRun.of("info", "-m", model, "-md", model, "-c", "1024");
    assertThat(run.exitCode()).as("%s", run).isZero();
    assertThat(run.out()).containsPattern("draft +[0-9.]+ MB +with a KV cache of its own");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1000, 1000", "3k, 3072", "512M, 536870912", "2G, 2147483648"})
  void whatIsKeptBesideTheCacheIsAsked(String size, long bytes) {
    CommandRun run = CommandRun.of("info", "--json", "-m", model, "--overflow", size);
    JsonObject plan = (JsonObject) Json.parse(run.out(), "plan");
    assertThat(plan.members()).containsEntry("overflow_bytes", JsonNumber.of(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "", "M", "1.5G", "1P", "9000000T", "99999999999999999999"})
  void aSizeThatIsNoneIsRefused(String size) {
    CommandRun run = CommandRun.of("info", "-m", model, "--overflow", size);
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("--overflow", "must be a whole number of bytes", size);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThat(CommandRun.of("info", "--parallel", "4").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("info", "-m", model, "--parallel", "0").exitCode()).isEqualTo(2);
    CommandRun absent = CommandRun.of("info", "-m", folder.resolve("absent.gguf").toString());
    assertThat(absent.exitCode()).isNotZero();
    assertThat(absent.err()).contains("absent.gguf").doesNotContain("\tat ");
    CommandRun contrary = CommandRun.of("info", "-m", model, "-c", "99", "--cache-tokens", "9");
    assertThat(contrary.exitCode()).isNotZero();
    assertThat(contrary.err()).contains("cacheTokens").doesNotContain("\tat ");
  }
}
