package puna.chat.format;

/// How templates want to read tools and calls where they want it otherwise than most. None of it is
/// written anywhere but in a template's code, so it is found out by trying.
public enum ToolStyle {
  /// A call's arguments are JSON text: the template joins them to text of its own.
  ARGUMENTS_AS_TEXT,
  /// The content of a message that only calls is null, as the OpenAI API has it.
  CONTENT_NULL,
  /// A message that only calls has no content at all.
  CONTENT_ABSENT,
  /// Name and arguments stand in the call itself, not in its member `function`.
  BARE_CALLS,
  /// Name, description and parameters stand in the tool itself, not in its member `function`.
  BARE_TOOLS,
  /// The tools are JSON text in the variable `functions`.
  TOOLS_AS_FUNCTIONS
}
