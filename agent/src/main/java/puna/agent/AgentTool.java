package puna.agent;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;
import puna.json.Json;
import puna.json.JsonBinding;
import puna.json.JsonSchemas;
import puna.json.JsonValue.JsonString;

/// A tool that an agent can run: its description for the model, the function, and what people may
/// want to know before it runs.
///
/// @param tool the description
/// @param function what it does
/// @param hints for people
public record AgentTool(Tool tool, ToolFunction function, ToolHints hints) {
  public AgentTool {
    requireNonNull(tool, "tool");
    requireNonNull(function, "function");
    requireNonNull(hints, "hints");
  }

  /// A tool that says nothing of itself to people.
  public AgentTool(Tool tool, ToolFunction function) {
    this(tool, function, ToolHints.none());
  }

  /// The same tool with other hints.
  public AgentTool withHints(ToolHints other) {
    return new AgentTool(tool, function, other);
  }

  /// The name for people: its title, else the name by which the model calls it.
  public String title() {
    return hints.title().orElse(tool.name());
  }

  /// A tool whose arguments are the components of a record, and whose result is text or any value
  /// that has a JSON form.
  ///
  /// @param name by which the model calls it
  /// @param description what it does, in words for the model
  /// @param parameters the record's class
  /// @param function from that record to the result
  /// @throws IllegalArgumentException when the record has no JSON form
  public static <R extends Record> AgentTool of(
      String name, String description, Class<R> parameters, Function<R, Object> function) {
    return new AgentTool(
        Tool.of(name, description, JsonSchemas.of(parameters)),
        arguments -> text(function.apply(JsonBinding.read(arguments, parameters))));
  }

  /// A value in words for the model. The tool has run: whatever there is to say against its result,
  /// the model must not take it for a tool that did nothing.
  static String text(@Nullable Object value) {
    try {
      return written(value);
    } catch (RuntimeException e) {
      return "done; but its result cannot be shown: "
          + requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }
  }

  private static String written(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case CharSequence text -> text.toString();
      case Optional<?> maybe -> maybe.isPresent() ? written(maybe.get()) : "null";
      case Character _, Double _, Float _
          when JsonBinding.tell(value) instanceof JsonString(String text) ->
          text;
      default -> Json.write(JsonBinding.tell(value));
    };
  }
}
