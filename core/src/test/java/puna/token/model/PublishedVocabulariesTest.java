package puna.token.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.gguf.GgufFile;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.tensor.ModelWarnings;
import puna.token.PromptPart;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// The vocabularies that models come with, against ids from the reference libraries.
class PublishedVocabulariesTest {
  private static final String EMBEDDED =
      "/META-INF/puna/models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf";

  @ParameterizedTest
  @CsvSource({
    "llama2, llama2.tokenizer.model",
    "llama3, llama3.tokenizer.model",
    "llama4, llama4.tokenizer.model",
    "smollm2, smollm2.tokenizer.json"
  })
  void encodesAsTheReferenceLibraries(String name, String file) throws IOException {
    Path shared = Path.of(System.getProperty("puna.test.shared", "shared"));
    Path vectors = shared.resolve("spec/tokenizer-vectors.jsonl");
    Assumptions.assumeTrue(
        Files.isRegularFile(vectors),
        "needs shared/spec/tokenizer-vectors.jsonl which this checkout lacks");
    Tokenizer tokenizer = TokenizerFiles.open(shared.resolve("tokenizers").resolve(file));
    int compared = 0;
    for (String line : Files.readAllLines(vectors)) {
      JsonObject vector = (JsonObject) Json.parse(line, "vectors");
      if (vector.get("text").isPresent()) {
        String text = text(vector, "text");
        // Hugging Face's library always recognises special tokens.
        int[] ids =
            name.equals("smollm2") ? tokenizer.encodeWithSpecials(text) : tokenizer.encode(text);
        assertThat(ids).as(text).isEqualTo(ids(vector, name));
        assertThat(tokenizer.decode(tokenizer.encode(text)))
            .isEqualTo(name.equals("llama2") ? text.replace('▁', ' ') : text);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(70);
  }

  @Test
  void readsTheEmbeddedVocabularyExactly() throws IOException, URISyntaxException {
    Tokenizer tokenizer = embedded();
    try (InputStream stream =
        PublishedVocabulariesTest.class.getResourceAsStream("smollm2-expected.jsonl")) {
      String lines =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : lines.split("\n")) {
        JsonObject expected = (JsonObject) Json.parse(line, "smollm2-expected.jsonl");
        String text = text(expected, "text");
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(expected, "ids"));
      }
    }
  }

  @Test
  void knowsTheSpecialTokensOfTheEmbeddedVocabulary() throws IOException, URISyntaxException {
    Tokenizer tokenizer = embedded();
    assertThat(tokenizer.vocabularySize()).isEqualTo(49152);
    assertThat(tokenizer.bos()).isEqualTo(OptionalInt.of(1));
    assertThat(tokenizer.eos()).isEqualTo(OptionalInt.of(2));
    assertThat(tokenizer.addsBos()).isFalse();
    assertThat(tokenizer.isEndOfGeneration(2)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(0)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(1)).isFalse();
    assertThat(tokenizer.encodeWithSpecials("<|im_start|>user\n"))
        .startsWith(1)
        .isEqualTo(
            tokenizer.encode(
                List.of(new PromptPart.Special("<|im_start|>"), new PromptPart.Text("user\n"))));
    assertThat(tokenizer.encode("<|im_start|>")).doesNotContain(1);
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.bytes(49152));
  }

  private static Tokenizer embedded() throws IOException, URISyntaxException {
    URI resource =
        Objects.requireNonNull(PublishedVocabulariesTest.class.getResource(EMBEDDED)).toURI();
    if (resource.getScheme().equals("file")) {
      return read(Path.of(resource));
    }
    Path copy = Files.createTempFile("smollm2", ".gguf");
    try (InputStream stream = resource.toURL().openStream()) {
      Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
      return read(copy);
    } finally {
      Files.delete(copy);
    }
  }

  private static Tokenizer read(Path file) {
    try (GgufFile gguf = GgufFile.open(file)) {
      return TokenizerFiles.from(gguf.metadata(), new ModelWarnings());
    }
  }

  private static String text(JsonObject object, String name) {
    return ((JsonString) object.get(name).orElseThrow()).value();
  }

  private static int[] ids(JsonObject object, String name) {
    JsonValue array = object.get(name).orElseThrow();
    return ((JsonArray) array)
        .elements().stream().mapToInt(id -> (int) ((JsonNumber) id).asLong()).toArray();
  }
}
