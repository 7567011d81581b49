package puna.chat.template;

import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Member;
import puna.chat.template.python.Namespace;
import puna.chat.template.python.Printing;
import puna.chat.template.python.Ranges;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Value;

/// The functions that every template has.
final class Globals {
  static final Map<String, Value> ALL =
      Map.of(
          "range", Member.type("range", Ranges::range),
          "dict", Member.type("dict", Globals::dict),
          "namespace", Member.type("jinja2.utils.Namespace", Globals::namespace),
          "cycler", Member.type("jinja2.utils.Cycler", Globals::cycler),
          "joiner", Member.type("jinja2.utils.Joiner", Globals::joiner),
          "raise_exception", Member.function("raise_exception", Globals::raise),
          "strftime_now", Member.function("strftime_now", Globals::now));

  private Globals() {}

  private static Value raise(Arguments arguments) {
    Value message = arguments.bind("raise_exception", "message").require(0);
    throw new TemplateException(Printing.string(message).toString());
  }

  private static Value now(Arguments arguments) {
    Arguments.Bound bound = arguments.bind("strftime_now", "format");
    bound.require(0);
    Text format = bound.text(0, "");
    return format.derive(
        Strftime.format(format.toString(), ZonedDateTime.now(arguments.runtime().clock())));
  }

  private static Value dict(Arguments arguments) {
    Dict.Builder dict = new Dict.Builder();
    members(arguments, "dict").forEach(entry -> dict.put(entry.key(), entry.value()));
    return dict.build();
  }

  private static Value namespace(Arguments arguments) {
    Map<String, Value> members = new LinkedHashMap<>();
    members(arguments, "namespace")
        .forEach(entry -> members.put(Printing.string(entry.key()).toString(), entry.value()));
    return new Namespace(members);
  }

  /// What `dict` makes of its arguments: a mapping or pairs, and then those with names.
  private static List<Dict.Entry> members(Arguments arguments, String function) {
    List<Dict.Entry> members = new java.util.ArrayList<>();
    if (arguments.positional().size() > 1) {
      throw new TemplateException(function + " takes at most 1 positional argument");
    }
    for (Value given : arguments.positional()) {
      if (given instanceof Dict dict) {
        dict.entries().forEach(members::add);
        continue;
      }
      for (Value pair : Methods.elements(given)) {
        List<Value> parts = Methods.elements(pair);
        if (parts.size() != 2) {
          throw new TemplateException(function + " wants pairs of key and value");
        }
        members.add(new Dict.Entry(parts.get(0), parts.get(1)));
      }
    }
    arguments
        .named()
        .forEach((name, value) -> members.add(new Dict.Entry(Text.template(name), value)));
    return members;
  }

  private static Value cycler(Arguments arguments) {
    arguments.refuseNames("cycler");
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("at least one item has to be provided");
    }
    return new Cycler(arguments.positional());
  }

  /// Values in turn.
  private static final class Cycler implements Member {
    private final List<Value> values;
    private int position;

    private Cycler(List<Value> values) {
      this.values = values;
    }

    @Override
    public String description() {
      return "<Cycler>";
    }

    @Override
    public boolean isCallable() {
      return false;
    }

    @Override
    public Optional<Value> attribute(String name) {
      return switch (name) {
        case "current" -> Optional.of(values.get(position));
        case "next" ->
            Optional.of(
                Member.function(
                    name,
                    _ -> {
                      Value current = values.get(position);
                      position = (position + 1) % values.size();
                      return current;
                    }));
        case "reset" ->
            Optional.of(
                Member.function(
                    name,
                    _ -> {
                      position = 0;
                      return None.NONE;
                    }));
        default -> Optional.empty();
      };
    }
  }

  private static Value joiner(Arguments arguments) {
    Text separator = arguments.bind("joiner", "sep").text(0, ", ");
    boolean[] isUsed = {false};
    return Member.function(
        "joiner",
        _ -> {
          Text printed = isUsed[0] ? separator : Text.EMPTY;
          isUsed[0] = true;
          return printed;
        });
  }
}
