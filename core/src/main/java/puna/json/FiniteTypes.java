package puna.json;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.json.TypeShape.Component;
import puna.json.TypeShape.Elements;
import puna.json.TypeShape.Fields;
import puna.json.TypeShape.Limited;
import puna.json.TypeShape.MapOf;
import puna.json.TypeShape.Maybe;
import puna.json.TypeShape.Union;

/// Refuses types all of whose values would be infinite, such as a record that holds another of its
/// own.
final class FiniteTypes {
  private final Map<Type, TypeShape> shapes = new LinkedHashMap<>();
  private final Set<Type> finite = new HashSet<>();

  private FiniteTypes() {}

  /// @throws IllegalArgumentException when the type, or one inside it, has no finite value
  static void require(TypeShape shape) {
    FiniteTypes types = new FiniteTypes();
    types.collect(shape);
    boolean more = true;
    while (more) {
      more = false;
      for (Map.Entry<Type, TypeShape> entry : types.shapes.entrySet()) {
        more |= types.hasFiniteValue(entry.getValue()) && types.finite.add(entry.getKey());
      }
    }
    for (Map.Entry<Type, TypeShape> entry : types.shapes.entrySet()) {
      if (!types.finite.contains(entry.getKey())) {
        throw new IllegalArgumentException(
            "%s: every value would be infinite; use Optional or List where it comes back to itself"
                .formatted(types.path(entry.getValue())));
      }
    }
  }

  private void collect(TypeShape shape) {
    switch (shape) {
      case Elements elements -> collect(elements.element());
      case MapOf map -> collect(map.value());
      case Maybe maybe -> collect(maybe.inner());
      case Limited limited -> collect(limited.inner());
      case Fields fields -> {
        if (shapes.putIfAbsent(fields.key(), fields) == null) {
          fields.parts().components().forEach(component -> collect(component.shape()));
        }
      }
      case Union union -> {
        if (shapes.putIfAbsent(union.key(), union) == null) {
          union.parts().variants().values().forEach(this::collect);
        }
      }
      default -> {}
    }
  }

  private boolean hasFiniteValue(TypeShape shape) {
    return switch (shape) {
      case Fields fields ->
          fields.parts().components().stream().allMatch(part -> isFinite(part.shape()));
      case Union union ->
          !union.parts().constants().isEmpty()
              || union.parts().variants().values().stream().anyMatch(this::isFinite);
      default -> true;
    };
  }

  private boolean isFinite(TypeShape shape) {
    return switch (shape) {
      case Fields fields -> finite.contains(fields.key());
      case Union union -> finite.contains(union.key());
      case Limited limited -> isFinite(limited.inner());
      default -> true;
    };
  }

  /// The components by which a record comes back to itself.
  private String path(TypeShape start) {
    List<String> steps = new ArrayList<>();
    Set<TypeShape> seen = new HashSet<>();
    TypeShape shape = start;
    while (seen.add(shape)) {
      switch (shape) {
        case Fields fields -> {
          Component component =
              fields.parts().components().stream()
                  .filter(part -> !isFinite(part.shape()))
                  .findFirst()
                  .orElseThrow();
          steps.add(fields.type().getSimpleName() + "." + component.name());
          shape = component.shape();
        }
        case Union union -> shape = union.parts().variants().values().iterator().next();
        case Limited limited -> shape = limited.inner();
        default -> throw new IllegalStateException("a finite shape on the way: " + shape);
      }
    }
    return String.join(" → ", steps);
  }
}
