package puna.json;

import java.lang.annotation.Annotation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import puna.json.JsonValue.JsonBoolean;
import puna.json.TypeShape.Decimal;
import puna.json.TypeShape.Elements;
import puna.json.TypeShape.Limited;
import puna.json.TypeShape.MapOf;
import puna.json.TypeShape.Maybe;
import puna.json.TypeShape.Text;
import puna.json.TypeShape.Truth;
import puna.json.TypeShape.Whole;

/// The constraints of Jakarta Validation as keywords of JSON Schema. Those that have none there
/// (`@Past`, `@Digits` …) are left to their validator.
final class Limits {
  private static final Pattern NOT_BLANK = Pattern.compile("[^\\s]");
  private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+");

  private final TypeShape shape;
  private final String place;
  private final List<Limit> limits = new ArrayList<>();

  private Limits(TypeShape shape, String place) {
    this.shape = shape;
    this.place = place;
  }

  /// A shape with the limits of its annotations.
  ///
  /// @throws IllegalArgumentException when one does not apply to the type, or nothing is left
  static TypeShape apply(Notes notes, TypeShape shape, String place) {
    if (shape instanceof Maybe(TypeShape inner, var wrap)) {
      return new Maybe(apply(notes, inner, place), wrap);
    }
    Limits found = new Limits(shape, place);
    notes.constraints().forEach(found::add);
    if (found.limits.isEmpty()) {
      return shape;
    }
    found.requireSomethingLeft();
    return new Limited(shape, List.copyOf(found.limits));
  }

  private void add(Annotation annotation) {
    String name = annotation.annotationType().getSimpleName();
    switch (name) {
      case "Min" -> bound("minimum", value(annotation), annotation);
      case "Max" -> bound("maximum", value(annotation), annotation);
      case "DecimalMin" ->
          bound(
              isInclusive(annotation) ? "minimum" : "exclusiveMinimum",
              value(annotation),
              annotation);
      case "DecimalMax" ->
          bound(
              isInclusive(annotation) ? "maximum" : "exclusiveMaximum",
              value(annotation),
              annotation);
      case "Positive" -> bound("exclusiveMinimum", BigDecimal.ZERO, annotation);
      case "PositiveOrZero" -> bound("minimum", BigDecimal.ZERO, annotation);
      case "Negative" -> bound("exclusiveMaximum", BigDecimal.ZERO, annotation);
      case "NegativeOrZero" -> bound("maximum", BigDecimal.ZERO, annotation);
      case "Size" -> {
        size("min", (int) Notes.value(annotation, "min"), annotation);
        size("max", (int) Notes.value(annotation, "max"), annotation);
      }
      case "NotEmpty" -> size("min", 1, annotation);
      case "NotBlank" -> matching(NOT_BLANK, annotation);
      case "Pattern" ->
          matching(whole(Notes.value(annotation, "regexp").toString(), annotation), annotation);
      case "Email" -> {
        requireText(annotation);
        limits.add(new Limit.Format("email", EMAIL));
      }
      case "AssertTrue" -> only(JsonBoolean.TRUE, annotation);
      case "AssertFalse" -> only(JsonBoolean.FALSE, annotation);
      default -> {}
    }
  }

  private static BigDecimal value(Annotation annotation) {
    return new BigDecimal(Notes.value(annotation, "value").toString());
  }

  private static boolean isInclusive(Annotation annotation) {
    return Boolean.TRUE.equals(Notes.value(annotation, "inclusive"));
  }

  private void bound(String keyword, BigDecimal bound, Annotation annotation) {
    if (!(shape instanceof Whole) && !(shape instanceof Decimal)) {
      throw misplaced(annotation, "a number");
    }
    limits.add(new Limit.Bound(keyword, bound));
  }

  private void size(String side, int size, Annotation annotation) {
    if (size == (side.equals("min") ? 0 : Integer.MAX_VALUE)) {
      return;
    }
    String unit =
        switch (shape) {
          case Text(Class<?> type, _, _) when CharSequence.class.isAssignableFrom(type) -> "Length";
          case Elements _ -> "Items";
          case MapOf _ -> "Properties";
          default -> throw misplaced(annotation, "a string, a collection or a map");
        };
    if (shape instanceof Elements elements && elements.isSet() && side.equals("min") && size > 1) {
      requireDistinct(elements, annotation);
    }
    limits.add(new Limit.Size(side + unit, size));
  }

  /// Elements that may be equal become fewer in a set.
  private void requireDistinct(Elements set, Annotation annotation) {
    if (!JsonSchemas.areKeptApart(set)) {
      throw misplaced(annotation, "a List, for equal elements of a set count once");
    }
  }

  private static Pattern whole(String regexp, Annotation annotation) {
    if (((Object[]) Notes.value(annotation, "flags")).length > 0) {
      throw new IllegalArgumentException("flags of a pattern have no form in JSON Schema");
    }
    return Pattern.compile("^(?:" + regexp + ")$");
  }

  private void matching(Pattern pattern, Annotation annotation) {
    requireText(annotation);
    limits.add(new Limit.Matching(pattern));
  }

  private void requireText(Annotation annotation) {
    if (!(shape instanceof Text(Class<?> type, _, _))
        || !CharSequence.class.isAssignableFrom(type)) {
      throw misplaced(annotation, "a string");
    }
  }

  private void only(JsonValue value, Annotation annotation) {
    if (!(shape instanceof Truth)) {
      throw misplaced(annotation, "a boolean");
    }
    limits.add(new Limit.Only(value));
  }

  private IllegalArgumentException misplaced(Annotation annotation, String wanted) {
    return new IllegalArgumentException(
        "%s: @%s may stand on %s only"
            .formatted(place, annotation.annotationType().getSimpleName(), wanted));
  }

  private void requireSomethingLeft() {
    if (isCrossed(of("minimum"), of("maximum")) || isCrossed(of("min"), of("max"))) {
      throw new IllegalArgumentException(place + ": its constraints leave no value");
    }
  }

  private static boolean isCrossed(List<BigDecimal> least, List<BigDecimal> most) {
    return !least.isEmpty()
        && !most.isEmpty()
        && Collections.max(least).compareTo(Collections.min(most)) > 0;
  }

  /// The bounds of one side, of the value itself (`minimum`) or of its size (`min`).
  private List<BigDecimal> of(String side) {
    List<BigDecimal> found = new ArrayList<>();
    for (Limit limit : limits) {
      switch (limit) {
        case Limit.Bound(String keyword, BigDecimal bound)
            when keyword.toLowerCase(Locale.ROOT).endsWith(side) ->
            found.add(bound);
        case Limit.Size(String keyword, int size) when keyword.startsWith(side) ->
            found.add(BigDecimal.valueOf(size));
        default -> {}
      }
    }
    return found;
  }
}
