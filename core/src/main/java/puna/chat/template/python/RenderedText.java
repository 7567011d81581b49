package puna.chat.template.python;

import java.util.List;

/// What a template printed, in runs of one origin.
///
/// @param runs not empty each, of changing origins
public record RenderedText(List<Run> runs) {
  public RenderedText {
    runs = List.copyOf(runs);
  }

  /// Where characters came from.
  public enum Origin {
    /// The template itself, and variables that count as part of it.
    TEMPLATE,
    /// The conversation: never to be read as special tokens.
    DATA,
    /// The last message of the conversation, what it says or asks for: data too.
    LAST_MESSAGE
  }

  /// Characters of one origin.
  public record Run(String text, Origin origin) {}

  /// The characters of the last message that are there, as the template changed them.
  public String lastMessage() {
    StringBuilder out = new StringBuilder();
    runs.stream()
        .filter(run -> run.origin() == Origin.LAST_MESSAGE)
        .forEach(run -> out.append(run.text()));
    return out.toString();
  }

  /// All characters.
  public String text() {
    StringBuilder out = new StringBuilder();
    runs.forEach(run -> out.append(run.text()));
    return out.toString();
  }
}
