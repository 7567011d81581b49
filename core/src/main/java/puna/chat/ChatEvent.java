package puna.chat;

/// One event of a streaming chat answer: a piece of reasoning or text, or a step of a tool call.
///
/// The events of an answer come in this order: reasoning, where the model thinks before it answers;
/// text and tool calls as the model writes them; and one `Finished` at the end. A tool call begins
/// with `ToolCallStarted` and ends with `ToolCallFinished`, or with `ToolCallBroken` where it turns
/// out not to be one; what was taken for it follows as `TextDelta` then.
///
/// More kinds of events may be added, so a `switch` over them needs a `default`.
public interface ChatEvent {

  /// The next piece of text; never empty.
  record TextDelta(String text) implements ChatEvent {}

  /// The next piece of what the model thinks before it answers; never empty. It is no part of the
  /// answer's text.
  record ReasoningDelta(String text) implements ChatEvent {}

  /// The beginning of a tool call: the tool is known, its arguments follow.
  ///
  /// @param index of the call in the answer, counted from 0; the index of a broken call is reused
  /// @param id tells the call apart from others, for the tool's result
  /// @param name of the tool
  record ToolCallStarted(int index, String id, String name) implements ChatEvent {}

  /// The next piece of a tool call's arguments; all pieces together are one JSON object. Where the
  /// model wrote a key twice, both are there, and the last one counts.
  ///
  /// @param index of the call
  /// @param json the piece, which need not be valid JSON by itself
  record ArgumentsDelta(int index, String json) implements ChatEvent {}

  /// The end of a tool call.
  ///
  /// @param index of the call
  /// @param call the complete call
  record ToolCallFinished(int index, ToolCall call) implements ChatEvent {}

  /// A tool call that turned out to be malformed or was cut off. What it consisted of follows as
  /// text.
  ///
  /// @param index of the call
  record ToolCallBroken(int index) implements ChatEvent {}

  /// The end of the answer.
  ///
  /// @param message the complete message
  record Finished(ChatMessage message) implements ChatEvent {}
}
