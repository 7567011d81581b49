package puna.chat.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.error.ChatTemplateException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// Published templates never count as broken: what they print holds the last message, and their
/// marks are known to their own vocabularies.
class PublishedTemplatesTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:06Z"), ZoneOffset.UTC);
  private static final Path FOLDER =
      Path.of(System.getProperty("puna.test.shared", "shared"), "chat-templates");

  @Test
  void holdTheLastMessageWhereverTheyPrintAPrompt() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "needs shared/chat-templates which this checkout lacks");
    JsonObject cases = json("cases.json");
    JsonObject expected = json("expected.json");
    List<String> lost = new ArrayList<>();
    int rendered = 0;
    for (String name : expected.members().keySet()) {
      ChatTemplate template = template(name);
      for (String conversation : cases.members().keySet()) {
        Optional<PromptRequest> request = request(member(cases, conversation));
        boolean prints = member(member(expected, name), conversation).get("ok").isPresent();
        if (prints && request.isPresent()) {
          try {
            template.render(request.get());
            rendered++;
          } catch (ChatTemplateException e) {
            if (String.valueOf(e.getMessage()).contains("left the message out")) {
              lost.add(name + ", " + conversation + ": " + e.getMessage());
            }
          }
        }
      }
    }

    // It has no words for a tool's answer.
    assertThat(lost).singleElement().asString().startsWith("llama-cpp-rwkv-world.jinja, tools_str");
    assertThat(rendered).isGreaterThan(350);
  }

  /// Every mark that a template is told to lack is one that its own vocabulary has: with these the
  /// file is clean.
  @Test
  void lackNoMarkOfTheirOwnVocabularies() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "needs shared/chat-templates which this checkout lacks");
    Pattern mark =
        Pattern.compile("<[|\uFF5C][^<>\\s]+[|\uFF5C]>|<\\|\\w+>|<\\w+\\|>|<\\w+_of_turn>");
    List<String> told = new ArrayList<>();
    for (String name : json("expected.json").members().keySet()) {
      String source = source(name);
      String[] marks =
          mark.matcher(source).results().map(MatchResult::group).distinct().toArray(String[]::new);
      ModelWarnings warnings = new ModelWarnings();
      Metadata metadata = new Metadata(name, Map.of("tokenizer.chat_template", source));
      ChatTemplates.choose(metadata, TinyVocabulary.with("<s>", "</s>", marks), CLOCK, warnings);
      warnings.all().forEach(warning -> told.add(name + ": " + warning));
    }

    assertThat(told).isEmpty();
  }

  private static ChatTemplate template(String name) throws IOException {
    Tokenizer tokenizer = TinyVocabulary.with("<s>", "</s>");
    return ChatTemplates.parse(source(name), tokenizer, CLOCK);
  }

  private static String source(String name) throws IOException {
    return Files.readString(FOLDER.resolve("templates").resolve(name));
  }

  private static Optional<String> known(JsonObject message, String name) {
    return Optional.of(text(message, name)).filter(text -> !text.isEmpty());
  }

  private static Optional<PromptRequest> request(JsonObject conversation) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonValue value : array(conversation, "messages").elements()) {
      JsonObject message = (JsonObject) value;
      if (message.get("content").orElseThrow() instanceof JsonArray) {
        return Optional.empty(); // content in parts is not what messages here are made of
      }
      Role role = Role.valueOf(text(message, "role").toUpperCase(Locale.ROOT));
      List<ToolCall> calls =
          array(message, "tool_calls").elements().stream()
              .map(call -> call((JsonObject) call))
              .toList();
      messages.add(
          switch (role) {
            case TOOL ->
                ChatMessage.of(
                    role,
                    List.of(
                        new ContentPart.Result(
                            known(message, "tool_call_id"),
                            known(message, "name"),
                            List.of(new ContentPart.Text(text(message, "content"))))));
            case ASSISTANT -> ChatMessage.assistant(text(message, "content"), calls);
            case SYSTEM, USER -> ChatMessage.of(role, text(message, "content"));
          });
    }
    List<Tool> tools =
        array(conversation, "tools").elements().stream()
            .map(tool -> member((JsonObject) tool, "function"))
            .map(tool ->
                Tool.of(text(tool, "name"), text(tool, "description"), member(tool, "parameters")))
            .toList();
    return Optional.of(PromptRequest.of(messages).withTools(tools));
  }

  private static ToolCall call(JsonObject call) {
    JsonObject function = member(call, "function");
    JsonObject arguments =
        function.get("arguments").orElseThrow() instanceof JsonObject object
            ? object
            : (JsonObject) Json.parse(text(function, "arguments"), "arguments");
    return ToolCall.of(text(call, "id"), text(function, "name"), arguments);
  }

  private static JsonObject json(String name) throws IOException {
    return (JsonObject) Json.parse(Files.readAllBytes(FOLDER.resolve(name)), name);
  }

  private static JsonObject member(JsonObject object, String name) {
    return (JsonObject) object.get(name).orElseThrow();
  }

  private static JsonArray array(JsonObject object, String name) {
    return object.get(name).orElse(null) instanceof JsonArray array
        ? array
        : new JsonArray(List.of());
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).orElse(null) instanceof JsonString(String text) ? text : "";
  }
}
