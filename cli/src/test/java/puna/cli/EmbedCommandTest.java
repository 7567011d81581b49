package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// `puna embed` and `puna rerank` with the embedded model.
class EmbedCommandTest {
  @Test
  void printsALineOfNumbersForEachText() {
    CommandRun run = CommandRun.of("embed", "--dimensions", "8", "Llamas live here.", "Bananas");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.split(" ").length == 8);
  }

  @Test
  void readsLinesAndPrintsAnObject() {
    CommandRun run =
        CommandRun.withInput("Hello\n\nHello\n", "embed", "--json", "--pooling", "last");

    JsonObject object = (JsonObject) Json.parse(run.out(), "output");
    assertThat(object.members().keySet()).containsExactly("embeddings", "tokens", "dimensions");
    JsonArray vectors = (JsonArray) object.get("embeddings").orElseThrow();
    assertThat(vectors.elements()).hasSize(2);
    double squares = 0;
    for (JsonValue value : ((JsonArray) vectors.elements().getFirst()).elements()) {
      squares += Math.pow(((JsonNumber) value).asDouble(), 2);
    }
    assertThat(squares).isBetween(0.9999, 1.0001);
    assertThat(object.get("dimensions")).contains(JsonNumber.of(576));
  }

  @Test
  void ranksDocuments() {
    CommandRun plain = CommandRun.of("rerank", "a llama", "It is a llama.", "Bananas");
    CommandRun json =
        CommandRun.withInput("It is a llama.\nBananas\n", "rerank", "--json", "a llama");

    assertThat(plain.exitCode()).isZero();
    assertThat(plain.out().lines())
        .hasSize(2)
        .allMatch(line -> line.matches("-?\\d+\\.\\d{4}\t.*"));
    JsonObject object = (JsonObject) Json.parse(json.out(), "output");
    assertThat(((JsonArray) object.get("results").orElseThrow()).elements()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "embed --pooling max a       | --pooling",
        "embed --dimensions 0 a      | --dimensions",
        "embed --dimensions 577 a    | --dimensions must be at most the 576 of this model, found 577",
        "embed                       | no text given",
        "rerank query                | no document given",
        "rerank                      | QUERY",
        "rerank --template a q d     | --template must hold {query} and {document} once each"
      })
  void senselessCallsAreUsageErrors(String command, String message) {
    CommandRun run = CommandRun.of(command.split(" +"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(message);
  }

  @Test
  void aTextLongerThanTheContextIsNamed() {
    String[] command = {"embed", "-c", "4", "short", "one two three four five six seven"};
    CommandRun run = CommandRun.of(command);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("text 1 has 7 tokens, the context has room for 4");
    assertThat(CommandRun.of("embed", "-c", "4", "--cut", command[4]).exitCode()).isZero();
  }
}
