package puna.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Member;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.Text;
import puna.chat.template.python.Value;

/// A macro, or the body of a `call` block.
record Macro(Statement.MacroShape shape, Member.Function body) implements Member {
  @Override
  public String description() {
    return "<Macro '" + shape.name() + "'>";
  }

  @Override
  public Value call(Arguments arguments) {
    return body.call(arguments);
  }

  @Override
  public Optional<Value> attribute(String name) {
    return switch (name) {
      case "name" -> Optional.of(Text.template(shape.name()));
      case "arguments" -> {
        List<Value> names = new ArrayList<>();
        shape.parameters().forEach(parameter -> names.add(Text.template(parameter.name())));
        yield Optional.of(Sequence.tuple(names));
      }
      case "caller" -> Optional.of(Bool.of(shape.reads().contains("caller")));
      case "catch_varargs" -> Optional.of(Bool.of(shape.reads().contains("varargs")));
      case "catch_kwargs" -> Optional.of(Bool.of(shape.reads().contains("kwargs")));
      default -> Optional.empty();
    };
  }
}
