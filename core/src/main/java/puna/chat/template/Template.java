package puna.chat.template;

import java.time.Clock;
import java.util.Set;
import puna.chat.template.python.RenderedText;
import puna.chat.template.python.TemplateException;
import puna.json.JsonValue.JsonObject;

/// A parsed chat template: immutable, safe for all threads, rendered any number of times.
///
/// The language is Jinja2 as chat templates are written for it: an immutable sandbox with
/// `trim_blocks` and `lstrip_blocks`, lenient undefined values, no escaping by itself, the tags
/// `break`, `continue` and `generation`, a `tojson` that is Python's `json.dumps`, and the
/// functions `raise_exception` and `strftime_now`.
public final class Template {
  private static final int MAX_SOURCE = 1 << 22;

  private final String source;
  private final StatementParser.Parsed parsed;

  private Template(String source) {
    this.source = source;
    this.parsed = StatementParser.parse(source);
  }

  /// @throws TemplateException when the source breaks a rule of the language, or is nested too
  ///   deeply or too long
  public static Template parse(String source) {
    if (source.length() > MAX_SOURCE) {
      throw new TemplateException(
          "a template may have at most %s characters, found %s"
              .formatted(MAX_SOURCE, source.length()));
    }
    String unified = source.replace("\r\n", "\n").replace('\r', '\n');
    return new Template(
        unified.endsWith("\n") ? unified.substring(0, unified.length() - 1) : unified);
  }

  /// Its text, with line feeds alone for line breaks.
  public String source() {
    return source;
  }

  /// True where no conversation makes the template print more than white space: it has comments and
  /// assignments alone.
  public boolean printsNothing() {
    return Silence.of(parsed.statements());
  }

  /// What the template prints for a conversation.
  ///
  /// @param variables messages, tools, and whatever else the template reads
  /// @param trusted names of the variables whose text counts as the template's own, such as
  ///   `bos_token`
  /// @param clock what `strftime_now` reads
  /// @throws TemplateException when the template raises an exception, breaks a rule of the
  ///   language, or takes more steps, memory or depth than a template may
  public RenderedText render(JsonObject variables, Set<String> trusted, Clock clock) {
    Interpreter interpreter = new Interpreter(source, ContextValues.of(variables, trusted), clock);
    return interpreter.render(parsed).rendered();
  }
}
