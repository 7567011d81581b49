package puna.server.openai;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import puna.ChatOptions;
import puna.ChatOptions.ToolCalls;
import puna.chat.OpenAiJson;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.error.GrammarException;
import puna.json.JsonPlace;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// The tools of a request, and whether they are called.
final class ToolFields {
  private static final String FUNCTION = "function";
  private static final JsonValue AUTO = new JsonString("auto");

  private final Fields request;
  private boolean skipsUnknown;
  private List<Tool> tools = new ArrayList<>();

  private ToolFields(Fields request) {
    this.request = request;
  }

  static ChatOptions read(Fields request, ChatOptions options) {
    return new ToolFields(request).into(options);
  }

  /// The same, without the tools that only a provider's own servers have, where nothing says that
  /// one of them must be called.
  static ChatOptions readKnown(Fields request, ChatOptions options) {
    ToolFields reader = new ToolFields(request);
    reader.skipsUnknown = request.value("tool_choice").orElse(AUTO).equals(AUTO);
    return reader.into(options);
  }

  private ChatOptions into(ChatOptions options) {
    Set<String> names = new HashSet<>();
    for (JsonPlace tool : places(request)) {
      String type = tool.get("type").map(JsonPlace::string).orElse(FUNCTION);
      if (skipsUnknown && !type.equals(FUNCTION)) {
        continue;
      }
      Tool read = OpenAiJson.tool(tool);
      if (!names.add(read.name())) {
        throw Failure.invalid(tool.path(), "two tools have the name " + read.name());
      }
      tools.add(read);
    }
    Optional<ToolChoice> choice =
        request
            .value("tool_choice")
            .map(value -> choice(value, "tool_choice"))
            .or(() -> request.value("function_call").map(value -> choice(value, "function_call")));
    Optional<Boolean> parallel = request.bool("parallel_tool_calls");
    if (tools.isEmpty()) {
      requireNoPromise(choice);
      return options;
    }
    ChatOptions with = options.withTools(tools);
    if (choice.isPresent()) {
      with = with.withToolChoice(choice.get());
    }
    return parallel.isPresent()
        ? with.withToolCalls(parallel.get() ? ToolCalls.SEVERAL : ToolCalls.ONE)
        : with;
  }

  /// Where tools stand, those of the older form too.
  private static List<JsonPlace> places(Fields request) {
    return Stream.concat(request.places("tools").stream(), request.places("functions").stream())
        .toList();
  }

  /// The place of the schema of a tool that a refusal is about; empty where it is about none.
  ///
  /// @param refused a schema, with a message that begins with the name of its tool
  static Optional<String> schemaPath(Fields request, GrammarException refused) {
    String message = String.valueOf(refused.getMessage());
    for (JsonPlace tool : places(request)) {
      JsonPlace function = tool.get(FUNCTION).isAbsent() ? tool : tool.get(FUNCTION);
      String name = function.get("name").map(JsonPlace::string).orElse("");
      if (message.startsWith("tool %s: ".formatted(name))) {
        return Optional.of(function.get("parameters").path());
      }
    }
    return Optional.empty();
  }

  /// A promise of a call that nobody could keep is refused.
  private static void requireNoPromise(Optional<ToolChoice> choice) {
    if (choice.orElse(ToolChoice.auto()) instanceof ToolChoice.Required) {
      throw Failure.invalid("tool_choice", "tool_choice: a call is required, and there is no tool");
    }
  }

  private ToolChoice choice(JsonValue value, String path) {
    if (value instanceof JsonString(String word)) {
      return word(word, path);
    }
    Fields choice = Fields.of(value, path);
    String type = choice.text("type").orElse("function");
    return switch (type) {
      case "function" -> named(choice);
      case "allowed_tools" -> allowed(choice.object("allowed_tools").orElse(choice));
      default ->
          throw Failure.unsupported(
              choice.path("type"),
              "%s: must be function or allowed_tools, found %s"
                  .formatted(choice.path("type"), type));
    };
  }

  private static ToolChoice word(String word, String path) {
    return switch (word) {
      case "auto" -> ToolChoice.auto();
      case "none" -> ToolChoice.none();
      case "required", "any" -> ToolChoice.required();
      default ->
          throw Failure.invalid(
              path,
              "%s: must be auto, none, required or an object, found %s".formatted(path, word));
    };
  }

  private ToolChoice named(Fields choice) {
    Fields function = choice.object("function").orElse(choice);
    return ToolChoice.named(known(function));
  }

  private String known(Fields function) {
    String name = function.requiredText("name");
    if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      throw Failure.invalid(
          function.path("name"),
          "%s: there is no tool of the name %s".formatted(function.path("name"), name));
    }
    return name;
  }

  /// Only some of the tools may be called.
  private ToolChoice allowed(Fields choice) {
    List<String> names = new ArrayList<>();
    for (Fields tool : choice.objects("tools")) {
      names.add(known(tool.object("function").orElse(tool)));
    }
    tools = tools.stream().filter(tool -> names.contains(tool.name())).toList();
    return word(choice.text("mode").orElse("auto"), choice.path("mode"));
  }
}
