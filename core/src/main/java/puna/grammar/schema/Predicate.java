package puna.grammar.schema;

import java.util.List;
import puna.grammar.schema.Subschema.Resource;
import puna.json.JsonValue;

/// A set of JSON values, by what defines it.
sealed interface Predicate {
  /// The values that are valid under a schema.
  ///
  /// @param scope the resources that led here, outermost first: what `$dynamicRef` looks at. It is
  ///   empty in documents without one.
  record Valid(Subschema schema, List<Resource> scope) implements Predicate {
    public Valid {
      scope = List.copyOf(scope);
    }
  }

  /// One value, however it is written.
  record Equal(JsonValue value) implements Predicate {}

  /// The values of any of these.
  record Either(List<Predicate> options) implements Predicate {
    public Either {
      options = List.copyOf(options);
    }
  }

  /// A predicate, or that it does not hold.
  record Claim(Predicate predicate, boolean positive) {
    static final Claim NEVER = new Claim(new Either(List.of()), true);

    Claim not() {
      return new Claim(predicate, !positive);
    }

    boolean isAlways() {
      return positive ? isAll(predicate) : isNone(predicate);
    }

    boolean isNever() {
      return not().isAlways();
    }

    private static boolean isAll(Predicate predicate) {
      return switch (predicate) {
        case Valid valid -> valid.schema().isTrue();
        case Equal _ -> false;
        case Either(List<Predicate> options) -> {
          for (Predicate option : options) {
            if (isAll(option)) {
              yield true;
            }
          }
          yield false;
        }
      };
    }

    private static boolean isNone(Predicate predicate) {
      return switch (predicate) {
        case Valid valid -> valid.schema().isFalse();
        case Equal _ -> false;
        case Either(List<Predicate> options) -> {
          for (Predicate option : options) {
            if (!isNone(option)) {
              yield false;
            }
          }
          yield true;
        }
      };
    }
  }
}
