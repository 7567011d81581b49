package puna.chat;

/// What happens in an assistant's answer as it streams.
///
/// The events of one answer keep this order: text and calls as they come, at last one `Finished`. A
/// call opens with `ToolCallStarted` and ends with `ToolCallFinished`, or with `ToolCallBroken`
/// where it turns out to be none; then its text follows as `TextDelta`.
///
/// There will be more kinds of events: whoever switches over them needs a `default`.
public interface ChatEvent {

  /// The next piece of text; never empty.
  record TextDelta(String text) implements ChatEvent {}

  /// A call whose tool is known, while its arguments are still to come.
  ///
  /// @param index counts the calls of the answer from 0; a broken call's index is used again
  record ToolCallStarted(int index, String id, String name) implements ChatEvent {}

  /// The next piece of a call's arguments; all of them together are its JSON text.
  record ArgumentsDelta(int index, String json) implements ChatEvent {}

  /// A call that is complete.
  record ToolCallFinished(int index, ToolCall call) implements ChatEvent {}

  /// A call that began and is none: malformed, or cut off. What it was made of follows as text.
  record ToolCallBroken(int index) implements ChatEvent {}

  /// The end of the answer.
  ///
  /// @param message the whole of it
  record Finished(ChatMessage message) implements ChatEvent {}
}
