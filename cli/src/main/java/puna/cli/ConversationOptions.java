package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.chat.OpenAiJson;
import puna.chat.Tool;
import puna.chat.format.PromptRequest;
import puna.cli.command.CommandException;
import puna.cli.command.JsonInput;
import puna.cli.command.UsageException;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonPlace;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;

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
    List<JsonPlace> conversation = new ArrayList<>();
    for (JsonValue message : messages().elements()) {
      conversation.add(place(message, conversation.size() + 1));
    }
    List<Tool> offered = tools == null ? List.of() : ToolFile.read(tools);
    return new PromptRequest(
        OpenAiJson.messages(conversation),
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

  private JsonPlace place(JsonValue value, int number) {
    JsonPlace message =
        JsonInput.of(
            value,
            messages == null ? "message " + number : "%s: message %s".formatted(messages, number));
    boolean answersCall =
        message.get("tool_call_id").map(JsonPlace::string).filter(id -> !id.isEmpty()).isPresent();
    if (answersCall && !message.get("role").string().equalsIgnoreCase("tool")) {
      throw message.get("tool_call_id").refusal("must be absent where the role is not tool");
    }
    return message;
  }
}
