package puna.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Printing;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// A path such as `function.name` or `0.city`, which filters take as `attribute`.
record AttributePath(List<Value> steps) {

  static AttributePath of(Value attribute) {
    List<Value> steps = new ArrayList<>();
    if (attribute instanceof Text path) {
      for (String step : path.toString().split("\\.", -1)) {
        boolean isIndex =
            !step.isEmpty()
                && step.length() < 10
                && step.chars().allMatch(c -> c >= '0' && c <= '9');
        steps.add(isIndex ? Value.Int.of(Long.parseLong(step)) : Text.template(step));
      }
    } else {
      steps.add(attribute);
    }
    return new AttributePath(steps);
  }

  Value get(Value value) {
    Value reached = value;
    for (Value step : steps) {
      reached = Access.item(reached, step);
    }
    return reached;
  }

  /// The same, with a value for what is undefined.
  Value get(Value value, Optional<Value> fallback) {
    Value reached = value;
    for (Value step : steps) {
      reached = Access.item(reached, step);
      if (reached instanceof Value.Undefined && fallback.isPresent()) {
        reached = fallback.get();
      }
    }
    return reached;
  }

  /// What `attr` gives: an attribute and never a key.
  static Value own(Value value, Value name) {
    if (!(name instanceof Text)) {
      throw new TemplateException("attribute name must be string, not " + Types.name(name));
    }
    Types.requireDefined(value);
    Value keyless = value instanceof Dict ? new Dict.Builder().build() : value;
    if (Access.attribute(keyless, Printing.string(name).toString()) instanceof Value.Undefined) {
      return new Value.Undefined(
          "'%s' object has no attribute '%s'".formatted(Types.name(value), name));
    }
    return Access.attribute(value, Printing.string(name).toString());
  }
}
