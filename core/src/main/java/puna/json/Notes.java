package puna.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The annotations of a type, component or parameter that say something of its JSON: Puna's own,
/// and by name those of Jackson and of Jakarta Validation, which need not be there.
final class Notes {
  private static final List<String> JACKSON =
      List.of("com.fasterxml.jackson.annotation.", "tools.jackson.annotation.");
  private static final List<String> VALIDATION =
      List.of("jakarta.validation.constraints.", "javax.validation.constraints.");

  private final Map<Class<?>, Annotation> annotations = new LinkedHashMap<>();

  /// A component's annotations go to whatever they may stand on: the component, its field, its
  /// accessor, the constructor's parameter.
  Notes(List<? extends AnnotatedElement> places) {
    for (AnnotatedElement place : places) {
      for (Annotation annotation : place.getAnnotations()) {
        annotations.putIfAbsent(annotation.annotationType(), annotation);
      }
    }
  }

  Notes(AnnotatedElement place) {
    this(List.of(place));
  }

  /// The name in JSON, where it is not the one in Java.
  Optional<String> name() {
    return own(JsonName.class).map(JsonName::value).or(() -> jackson("JsonProperty"));
  }

  /// What the tag of a record of a sealed interface says.
  Optional<String> typeName() {
    return own(JsonName.class).map(JsonName::value).or(() -> jackson("JsonTypeName"));
  }

  /// The member that tells the records of a sealed interface apart.
  Optional<String> tag() {
    return own(JsonTag.class)
        .map(JsonTag::value)
        .or(() -> find(JACKSON, "JsonTypeInfo").flatMap(note -> text(note, "property")));
  }

  Optional<String> description() {
    return own(Description.class)
        .map(Description::value)
        .or(() -> jackson("JsonPropertyDescription"))
        .or(() -> jackson("JsonClassDescription"));
  }

  boolean isIgnored() {
    return find(JACKSON, "JsonIgnore")
        .map(note -> Boolean.TRUE.equals(value(note, "value")))
        .orElse(false);
  }

  /// The constraints of Jakarta Validation, and their groups of repeated ones taken apart.
  List<Annotation> constraints() {
    List<Annotation> found = new ArrayList<>();
    for (Annotation annotation : annotations.values()) {
      String name = annotation.annotationType().getName();
      if (VALIDATION.stream().noneMatch(name::startsWith)) {
        continue;
      }
      if (name.endsWith("$List") && value(annotation, "value") instanceof Annotation[] several) {
        found.addAll(Arrays.asList(several));
      } else {
        found.add(annotation);
      }
    }
    return found;
  }

  /// A member of an annotation.
  static Object value(Annotation annotation, String member) {
    try {
      return annotation.annotationType().getMethod(member).invoke(annotation);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "%s has no member %s that can be read".formatted(annotation, member), e);
    }
  }

  private Optional<String> jackson(String annotation) {
    return find(JACKSON, annotation).flatMap(note -> text(note, "value"));
  }

  private static Optional<String> text(Annotation annotation, String member) {
    return Optional.of(value(annotation, member).toString()).filter(text -> !text.isEmpty());
  }

  private Optional<Annotation> find(List<String> packages, String simpleName) {
    return annotations.values().stream()
        .filter(note ->
            packages.stream()
                .anyMatch(part -> note.annotationType().getName().equals(part + simpleName)))
        .findFirst();
  }

  private <A extends Annotation> Optional<A> own(Class<A> type) {
    return Optional.ofNullable(annotations.get(type)).map(type::cast);
  }
}
