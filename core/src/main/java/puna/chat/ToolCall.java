package puna.chat;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonBinding;
import puna.json.JsonValue.JsonObject;

/// A tool call that the model asks for: the tool's name and the arguments.
public final class ToolCall {
  private final Optional<String> id;
  private final String name;
  private final JsonObject arguments;

  private ToolCall(Optional<String> id, String name, JsonObject arguments) {
    this.id = id;
    this.name = requireNonNull(name, "name");
    this.arguments = requireNonNull(arguments, "arguments");
  }

  /// A call with an id, which tells it apart from the other calls of the conversation.
  public static ToolCall of(String id, String name, JsonObject arguments) {
    return new ToolCall(Optional.of(id), name, arguments);
  }

  /// A call without an id, for chat templates that have none.
  public static ToolCall of(String name, JsonObject arguments) {
    return new ToolCall(Optional.empty(), name, arguments);
  }

  /// The id, which the tool's result refers to; empty if it has none.
  public Optional<String> id() {
    return id;
  }

  /// The tool's name as the model wrote it; there may be no tool of that name.
  public String name() {
    return name;
  }

  /// The arguments as the model wrote them. They may violate the tool's schema where the answer was
  /// not constrained to it.
  public JsonObject arguments() {
    return arguments;
  }

  /// The arguments as a Java value, such as the record that the tool was made with.
  ///
  /// @throws JsonException when they do not fit the type
  /// @throws IllegalArgumentException when the type has no JSON form
  public <T> T arguments(Class<T> type) {
    return JsonBinding.read(arguments, type);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ToolCall call
        && id.equals(call.id)
        && name.equals(call.name)
        && arguments.equals(call.arguments);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + arguments.hashCode();
  }

  @Override
  public String toString() {
    return "ToolCall[id=%s, name=%s, arguments=%s]".formatted(id.orElse("none"), name, arguments);
  }
}
