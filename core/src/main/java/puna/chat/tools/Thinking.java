package puna.chat.tools;

import static java.util.Objects.requireNonNull;

/// How a model thinks before it answers, and between which marks.
public record Thinking(Start start, String open, String close) {
  /// The marks of most models.
  public static final String OPEN = "<think>";

  public static final String CLOSE = "</think>";

  /// Who writes the opening mark.
  public enum Start {
    /// Nobody: the model does not think.
    NEVER,
    /// The model, at the beginning of its answer, or not at all.
    MODEL,
    /// The prompt: the answer begins inside.
    BEGUN
  }

  public Thinking {
    requireNonNull(start, "start");
    if (open.isBlank() || close.isBlank()) {
      throw new IllegalArgumentException(
          "a thinking mark must not be blank, found \"%s\" and \"%s\"".formatted(open, close));
    }
  }

  /// How a model thinks by the marks in the text of its chat template. Who opens the reasoning is
  /// known with the prompt: see [#after].
  ///
  /// @param template empty for a model without one
  public static Thinking of(String template) {
    if (template.contains(CLOSE)) {
      return new Thinking(Start.MODEL, OPEN, CLOSE);
    }
    return template.contains("[/THINK]")
        ? new Thinking(Start.MODEL, "[THINK]", "[/THINK]")
        : never();
  }

  /// The same for the answer to a prompt: it goes on with a reasoning that the prompt has opened,
  /// and has none where the prompt has closed it.
  public Thinking after(String prompt) {
    String end = prompt.stripTrailing();
    if (start == Start.NEVER) {
      return this;
    }
    if (end.endsWith(open)) {
      return new Thinking(Start.BEGUN, open, close);
    }
    return end.endsWith(close) ? new Thinking(Start.NEVER, open, close) : this;
  }

  /// The model does not think.
  public static Thinking never() {
    return new Thinking(Start.NEVER, OPEN, CLOSE);
  }
}
