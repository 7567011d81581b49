package puna.chat.template.python;

import java.time.Clock;

/// What functions may ask of the render that they run in.
public interface Rendering {
  /// Takes work from the budget of the render.
  ///
  /// @throws TemplateException when it is spent
  void charge(long steps);

  /// `value|name(arguments)`.
  Value filter(String name, Value value, Arguments arguments);

  /// `value is name(arguments)`.
  boolean test(String name, Value value, Arguments arguments);

  Clock clock();

  /// Whether what filters make is HTML: it is where `autoescape` is on.
  Text.Escaping escaping();
}
