package puna.chat.template.python;

import java.util.Optional;

/// A thing of the language itself: a function, a macro, the `loop` of a loop.
public non-sealed interface Member extends Value {
  /// How it prints.
  String description();

  /// @throws TemplateException when it cannot be called, or not with these arguments
  default Value call(Arguments arguments) {
    throw new TemplateException(description() + " is not callable");
  }

  default boolean isCallable() {
    return true;
  }

  default Optional<Value> attribute(String name) {
    return Optional.empty();
  }

  /// A function by what it does.
  static Member function(String name, Function function) {
    return described("<function " + name + ">", function);
  }

  /// A function that prints as a class, because it is one in Python.
  static Member type(String name, Function function) {
    return described("<class '" + name + "'>", function);
  }

  private static Member described(String description, Function function) {
    return new Member() {
      @Override
      public String description() {
        return description;
      }

      @Override
      public Value call(Arguments arguments) {
        return function.call(arguments);
      }
    };
  }

  /// What a function does.
  interface Function {
    Value call(Arguments arguments);
  }
}
