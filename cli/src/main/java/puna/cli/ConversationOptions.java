package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.format.PromptRequest;
import puna.cli.command.CommandException;
import puna.cli.command.UsageException;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The conversation that `puna template` renders: from files, from the command line, or a short one
/// for show.
final class ConversationOptions {
  @Option(
      names = "--messages",
      paramLabel = "FILE",
      description = "A JSON array of messages with role and content.")
  private @Nullable Path messages;

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description = "A JSON array of tools: {\"type\": \"function\", \"function\": {…}}.")
  private @Nullable Path tools;

  @Option(
      names = {"-s", "--system"},
      paramLabel = "TEXT",
      description = "A system message.")
  private @Nullable String system;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "TEXT",
      description = "A message of the user.")
  private @Nullable String user;

  @Option(
      names = "--set",
      paramLabel = "NAME=JSON",
      description = "One more variable for the template, such as enable_thinking=false.")
  private Map<String, String> extra = new LinkedHashMap<>();

  @Option(
      names = "--no-generation-prompt",
      description = "Stop behind the last message instead of opening the assistant's answer.")
  private boolean noGenerationPrompt;

  /// The variables of a bare template.
  JsonObject variables() throws IOException {
    return JsonObject.builder()
        .put("bos_token", "<s>")
        .put("eos_token", "</s>")
        .putNull("documents")
        .put("messages", messages())
        .put("tools", tools == null ? JsonNull.NULL : array(tools))
        .put("add_generation_prompt", !noGenerationPrompt)
        .putAll(extra())
        .build();
  }

  /// The same for a model's template.
  PromptRequest request() throws IOException {
    List<ChatMessage> conversation = new ArrayList<>();
    for (JsonValue message : messages().elements()) {
      conversation.add(message(message, conversation.size() + 1));
    }
    List<Tool> offered = tools == null ? List.of() : ToolFile.read(tools);
    return new PromptRequest(
        conversation,
        offered,
        extra(),
        noGenerationPrompt ? PromptRequest.Opening.NONE : PromptRequest.Opening.ASSISTANT);
  }

  private JsonArray messages() throws IOException {
    if (messages != null) {
      if (system != null || user != null) {
        throw new UsageException("give --messages, or --system and --user, not both");
      }
      return array(messages);
    }
    List<JsonValue> all = new ArrayList<>();
    if (system == null && user == null) {
      all.add(said("system", "Be brief."));
      all.add(said("user", "What is the capital of France?"));
      all.add(said("assistant", "Paris."));
      all.add(said("user", "And of Italy?"));
    }
    Optional.ofNullable(system).ifPresent(text -> all.add(said("system", text)));
    Optional.ofNullable(user).ifPresent(text -> all.add(said("user", text)));
    return new JsonArray(all);
  }

  private static JsonObject said(String role, String content) {
    return JsonObject.builder().put("role", role).put("content", content).build();
  }

  private Map<String, JsonValue> extra() {
    Map<String, JsonValue> values = new LinkedHashMap<>();
    extra.forEach((name, json) -> {
      try {
        values.put(name, Json.parse(json, "--set " + name));
      } catch (JsonException e) {
        throw new UsageException(
            "--set %s: the value must be JSON, such as false or '\"text\"', found %s"
                .formatted(name, json));
      }
    });
    return values;
  }

  private static JsonArray array(Path file) throws IOException {
    try (InputStream stream = TextFile.open(file)) {
      if (Json.parse(stream.readAllBytes(), file.toString()) instanceof JsonArray array) {
        return array;
      }
    }
    throw new CommandException(file + ": expected a JSON array");
  }

  private ChatMessage message(JsonValue value, int number) {
    String place =
        messages == null ? "message " + number : "%s: message %s".formatted(messages, number);
    JsonObject message = object(value, place);
    String role = string(message, "role", place);
    Role known;
    try {
      known = Role.valueOf(role.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          "%s: role must be system, user, assistant or tool, found \"%s\"".formatted(place, role),
          e);
    }
    List<ContentPart> parts = new ArrayList<>();
    String text = string(message, "content", place);
    known(string(message, "reasoning_content", place))
        .map(ContentPart.Reasoning::new)
        .ifPresent(parts::add);
    if (known == Role.TOOL) {
      parts.add(result(message, text, place));
    } else if (!text.isEmpty() || !(message.get("tool_calls").orElse(null) instanceof JsonArray)) {
      parts.add(new ContentPart.Text(text));
    }
    if (message.get("tool_calls").orElse(JsonNull.NULL) instanceof JsonArray(var elements)) {
      for (int i = 0; i < elements.size(); i++) {
        parts.add(
            new ContentPart.Call(call(elements.get(i), "%s: call %s".formatted(place, i + 1))));
      }
    }
    if (known != Role.TOOL && !string(message, "tool_call_id", place).isEmpty()) {
      throw new CommandException(
          place + ": only a tool's message answers a call, found tool_call_id in one of " + role);
    }
    try {
      return ChatMessage.of(known, parts);
    } catch (IllegalArgumentException e) {
      throw new CommandException(place + ": " + e.getMessage(), e);
    }
  }

  private static ContentPart result(JsonObject message, String text, String place) {
    return new ContentPart.Result(
        known(string(message, "tool_call_id", place)),
        known(string(message, "name", place)),
        List.of(new ContentPart.Text(text)));
  }

  private static Optional<String> known(String text) {
    return Optional.of(text).filter(some -> !some.isEmpty());
  }

  private static ToolCall call(JsonValue value, String place) {
    JsonObject call = object(value, place);
    JsonObject function = object(call.get("function").orElse(JsonNull.NULL), place + ": function");
    JsonObject arguments = arguments(function.get("arguments").orElse(JsonNull.NULL), place);
    String name = string(function, "name", place);
    return known(string(call, "id", place))
        .map(id -> ToolCall.of(id, name, arguments))
        .orElseGet(() -> ToolCall.of(name, arguments));
  }

  /// An object, or one as text, which is how the OpenAI API has it.
  private static JsonObject arguments(JsonValue value, String place) {
    String argued = place + ": arguments";
    return object(
        value instanceof JsonString(String text) ? Json.parse(text, argued) : value, argued);
  }

  private static JsonObject object(JsonValue value, String place) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new CommandException(place + " must be a JSON object, found " + excerpt(value));
  }

  /// The text of a member; empty where it is missing or null.
  private static String string(JsonObject object, String name, String place) {
    return switch (object.get(name).orElse(JsonNull.NULL)) {
      case JsonString(String text) -> text;
      case JsonNull _ -> "";
      case JsonValue other ->
          throw new CommandException(
              "%s: %s must be a JSON string, found %s".formatted(place, name, excerpt(other)));
    };
  }

  private static String excerpt(JsonValue value) {
    String text = Json.write(value);
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
