package puna.chat;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;

/// One message of a conversation: a role and content parts.
///
/// [#user], [#system] and [#assistant(String)] make messages of text; [#of(Role, List)] makes one
/// of any parts. Immutable, and equal to messages of the same role and content.
public final class ChatMessage {
  private final Role role;
  private final List<ContentPart> content;

  /// Who a message is from.
  public enum Role {
    /// Instructions for the model.
    SYSTEM,
    /// The person, or program, that asks.
    USER,
    /// The model.
    ASSISTANT,
    /// A tool that the model called.
    TOOL
  }

  private ChatMessage(Role role, List<ContentPart> content) {
    this.role = role;
    this.content = content;
  }

  /// A message of content parts.
  ///
  /// @throws IllegalArgumentException when a part does not go with the role: only the assistant's
  ///   messages have tool calls and reasoning, and a tool's message is exactly one result
  public static ChatMessage of(Role role, List<ContentPart> content) {
    requireNonNull(role, "role");
    List<ContentPart> parts = List.copyOf(content);
    parts.forEach(part -> requireAllowed(role, part));
    if (role == Role.TOOL && parts.size() != 1) {
      throw new IllegalArgumentException(
          "a tool's message must be one result, found %s parts".formatted(parts.size()));
    }
    return new ChatMessage(role, parts);
  }

  /// A message of text. With the role `TOOL` it is a result that does not say which call it
  /// answers; [#toolResult(ToolCall, String)] makes one that does.
  public static ChatMessage of(Role role, String text) {
    ContentPart.Text part = new ContentPart.Text(text);
    return of(
        role,
        List.of(
            role == Role.TOOL
                ? new ContentPart.Result(Optional.empty(), Optional.empty(), List.of(part))
                : part));
  }

  private static void requireAllowed(Role role, ContentPart part) {
    boolean allowed =
        switch (part) {
          case ContentPart.Text _ -> role != Role.TOOL;
          case ContentPart.Reasoning _, ContentPart.Call _ -> role == Role.ASSISTANT;
          case ContentPart.Result _ -> role == Role.TOOL;
          default ->
              throw new IllegalArgumentException(
                  "a message must be of parts that Puna knows, found " + part.getClass().getName());
        };
    if (!allowed) {
      throw new IllegalArgumentException(
          "a message of role %s must not hold a part of kind %s: %s"
              .formatted(role, part.getClass().getSimpleName(), rule(part)));
    }
  }

  private static String rule(ContentPart part) {
    return switch (part) {
      case ContentPart.Call _ -> "only the assistant calls tools";
      case ContentPart.Reasoning _ -> "only the assistant reasons";
      case ContentPart.Result _ -> "only a tool's message answers a call";
      default -> "a tool's message is one result";
    };
  }

  /// A system message: instructions for the model.
  public static ChatMessage system(String text) {
    return of(Role.SYSTEM, text);
  }

  /// A user's message.
  public static ChatMessage user(String text) {
    return of(Role.USER, text);
  }

  /// An earlier answer of the model.
  public static ChatMessage assistant(String text) {
    return of(Role.ASSISTANT, text);
  }

  /// An earlier answer of the model with tool calls.
  ///
  /// @param text before the calls; may be empty
  public static ChatMessage assistant(String text, List<ToolCall> calls) {
    List<ContentPart> parts = new ArrayList<>();
    if (!text.isEmpty() || calls.isEmpty()) {
      parts.add(new ContentPart.Text(text));
    }
    calls.forEach(call -> parts.add(new ContentPart.Call(call)));
    return of(Role.ASSISTANT, parts);
  }

  /// The result of a tool call, as text for the model.
  public static ChatMessage toolResult(ToolCall call, String text) {
    return of(
        Role.TOOL,
        List.of(
            new ContentPart.Result(
                call.id(), Optional.of(call.name()), List.of(new ContentPart.Text(text)))));
  }

  /// Who the message is from.
  public Role role() {
    return role;
  }

  /// The content parts in order; unmodifiable.
  public List<ContentPart> content() {
    return content;
  }

  /// The text of the message: all text parts joined, those of a tool's result too; without
  /// reasoning and tool calls.
  public String text() {
    return text(content);
  }

  static String text(List<ContentPart> parts) {
    return parts.stream()
        .map(part ->
            switch (part) {
              case ContentPart.Text(String text) -> text;
              case ContentPart.Result result -> result.text();
              default -> "";
            })
        .collect(Collectors.joining());
  }

  /// The reasoning before the answer, all its parts joined; empty if there is none.
  public Optional<String> reasoning() {
    List<String> texts = new ArrayList<>();
    for (ContentPart part : content) {
      if (part instanceof ContentPart.Reasoning(String text)) {
        texts.add(text);
      }
    }
    return texts.isEmpty() ? Optional.empty() : Optional.of(String.join("", texts));
  }

  /// The tool calls that the model asks for, in order.
  public List<ToolCall> toolCalls() {
    List<ToolCall> calls = new ArrayList<>();
    for (ContentPart part : content) {
      if (part instanceof ContentPart.Call(ToolCall call)) {
        calls.add(call);
      }
    }
    return List.copyOf(calls);
  }

  /// The result of a tool call; empty unless this is a tool's message.
  public Optional<ContentPart.Result> toolResult() {
    return content.stream()
        .filter(ContentPart.Result.class::isInstance)
        .map(ContentPart.Result.class::cast)
        .findFirst();
  }

  /// The message as `{"role": …, "content": …}`. The content is a string if it is a single text,
  /// else an array of parts, each with a `type`: `text`, `reasoning`, `tool_call`, `tool_result`.
  public JsonObject toJson() {
    return MessageJson.write(this);
  }

  /// A message from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when it is not a message; the text has the path to what is wrong
  public static ChatMessage fromJson(JsonObject json) {
    return MessageJson.read(json);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChatMessage message
        && role == message.role
        && content.equals(message.content);
  }

  @Override
  public int hashCode() {
    return 31 * role.hashCode() + content.hashCode();
  }

  @Override
  public String toString() {
    return "ChatMessage[role=%s, content=%s]".formatted(role, content);
  }
}
