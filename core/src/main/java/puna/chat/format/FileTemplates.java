package puna.chat.format;

import java.util.List;
import java.util.Optional;
import puna.chat.template.Template;
import puna.chat.template.python.TemplateException;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;

/// The chat templates in a model's file. One that is blank, prints nothing or is no text counts as
/// none: a prompt by it would hold no message.
///
/// @param plain the one for every conversation
/// @param withTools the one for conversations with tools
/// @param others names of those for purposes that nobody asks for
record FileTemplates(Optional<Source> plain, Optional<Source> withTools, List<String> others) {
  static final String PLAIN_KEY = "tokenizer.chat_template";
  private static final String NAMED_PREFIX = PLAIN_KEY + ".";
  private static final String TOOLS_KEY = NAMED_PREFIX + "tool_use";

  /// A template that prints something.
  ///
  /// @param template empty where it cannot be parsed
  /// @param error why it cannot be parsed; else empty
  record Source(String key, String text, Optional<Template> template, String error) {
    /// llama.cpp takes this one word for the format of that name.
    boolean isWordChatMl() {
      return text.strip().equals("chatml");
    }
  }

  /// @param warnings is told of values that are no text
  static FileTemplates of(Metadata metadata, ModelWarnings warnings) {
    List<String> others =
        metadata.values().keySet().stream()
            .filter(key -> key.startsWith(NAMED_PREFIX) && !key.equals(TOOLS_KEY))
            .filter(key -> source(key, metadata, warnings).isPresent())
            .toList();
    return new FileTemplates(
        source(PLAIN_KEY, metadata, warnings), source(TOOLS_KEY, metadata, warnings), others);
  }

  /// The one that conversations without tools go by.
  Optional<Source> main() {
    return plain.or(() -> withTools);
  }

  private static Optional<Source> source(String key, Metadata metadata, ModelWarnings warnings) {
    Optional<String> found = metadata.stringIfAny(key);
    if (found.isEmpty() && metadata.has(key)) {
      warnings.add(key + " must be a string, found a value of another type: it counts as none");
    }
    return found.filter(text -> !text.isBlank()).flatMap(text -> parsed(key, text));
  }

  private static Optional<Source> parsed(String key, String text) {
    try {
      Template template = Template.parse(text);
      return template.printsNothing()
          ? Optional.empty()
          : Optional.of(new Source(key, text, Optional.of(template), ""));
    } catch (TemplateException e) {
      return Optional.of(new Source(key, text, Optional.empty(), String.valueOf(e.getMessage())));
    }
  }
}
