package puna.chat.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// Prompts as the models' own templates print them.
class PublishedPromptsTest {
  private static final Clock FOURTH_OF_JULY =
      Clock.fixed(Instant.parse("2025-07-04T09:05:06Z"), ZoneOffset.UTC);
  private static final String SMOLLM2_TEMPLATE =
      """
      {% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}\
      {{ '<|im_start|>system
      You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
      ' }}{% endif %}{{'<|im_start|>' + message['role'] + '
      ' + message['content'] + '<|im_end|>' + '
      '}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
      ' }}{% endif %}\
      """;

  @ParameterizedTest
  @MethodSource("smollm2Conversations")
  void smollm2PromptsAreEqual(JsonObject expected) {
    Tokenizer tokenizer = TinyVocabulary.with("<|im_start|>", "<|im_end|>");

    assertThat(render(SMOLLM2_TEMPLATE, tokenizer, expected)).isEqualTo(string(expected, "prompt"));
  }

  @Test
  void thereAreSmollm2Conversations() {
    assertThat(smollm2Conversations()).hasSize(10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "meta-llama-Llama-3.1-8B-Instruct.jinja",
        "meta-llama-Llama-3.2-3B-Instruct.jinja",
        "meta-llama-Llama-3.3-70B-Instruct.jinja",
        "mistralai-Mistral-Nemo-Instruct-2407.jinja"
      })
  void publishedTemplatesAreMetOnPlainConversations(String name) throws IOException {
    Path folder = Path.of(System.getProperty("puna.test.shared", "shared"), "chat-templates");
    assumeTrue(Files.isDirectory(folder), "needs shared/chat-templates which this checkout lacks");
    String template = Files.readString(folder.resolve("templates").resolve(name));
    JsonObject cases =
        (JsonObject) Json.parse(Files.readAllBytes(folder.resolve("cases.json")), "cases.json");
    JsonObject expected =
        (JsonObject)
            ((JsonObject)
                    Json.parse(
                        Files.readAllBytes(folder.resolve("expected.json")), "expected.json"))
                .get(name)
                .orElseThrow();
    Tokenizer tokenizer = TinyVocabulary.with("<s>", "</s>");

    for (String plain : List.of("plain", "multi", "nothink")) {
      JsonObject conversation = (JsonObject) cases.get(plain).orElseThrow();
      assertThat(render(template, tokenizer, conversation))
          .as(plain)
          .isEqualTo(string((JsonObject) expected.get(plain).orElseThrow(), "ok"));
    }
  }

  private static Stream<JsonObject> smollm2Conversations() {
    try (InputStream in =
        PublishedPromptsTest.class.getResourceAsStream("/puna/smollm2-135m/expected.json")) {
      JsonArray prompts = (JsonArray) Json.parse(in.readAllBytes(), "expected.json");
      return prompts.elements().stream()
          .map(JsonObject.class::cast)
          .filter(prompt -> prompt.get("messages").isPresent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String render(String template, Tokenizer tokenizer, JsonObject conversation) {
    Metadata metadata = new Metadata("test", Map.of("tokenizer.chat_template", template));
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonValue element : ((JsonArray) conversation.get("messages").orElseThrow()).elements()) {
      JsonObject message = (JsonObject) element;
      messages.add(
          ChatMessage.of(
              Role.valueOf(string(message, "role").toUpperCase(Locale.ROOT)),
              string(message, "content")));
    }
    String handwritten =
        TinyVocabulary.text(
            HandwrittenFormats.byTemplate(template, tokenizer, FOURTH_OF_JULY)
                .orElseThrow()
                .render(messages));
    assertThat(
            TinyVocabulary.text(
                ChatTemplates.choose(metadata, tokenizer, FOURTH_OF_JULY, new ModelWarnings())
                    .orElseThrow()
                    .render(messages)))
        .as("by the template itself")
        .isEqualTo(handwritten);
    return handwritten;
  }

  private static String string(JsonObject object, String key) {
    return ((JsonString) object.get(key).orElseThrow()).value();
  }
}
