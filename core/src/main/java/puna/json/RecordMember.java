package puna.json;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A component of a record, with all that is said of it.
///
/// @param notes the annotations of the component, its accessor, its field and its parameter
record RecordMember(RecordComponent component, Notes notes) {
  static List<RecordMember> of(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Constructor<?> constructor = constructor(type);
    List<RecordMember> members = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      List<AnnotatedElement> places =
          List.of(
              components[i],
              components[i].getAccessor(),
              field(type, components[i].getName()),
              constructor.getParameters()[i]);
      members.add(new RecordMember(components[i], new Notes(places)));
    }
    return members;
  }

  Method accessor() {
    return component.getAccessor();
  }

  /// The name in JSON.
  String name() {
    return notes.name().orElse(component.getName());
  }

  static Constructor<?> constructor(Class<?> type) {
    Class<?>[] parameters =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(parameters);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(type.getName() + " has no canonical constructor", e);
    }
  }

  private static AnnotatedElement field(Class<?> type, String name) {
    try {
      return type.getDeclaredField(name);
    } catch (NoSuchFieldException e) {
      throw new IllegalArgumentException(
          "%s has no field for its component %s".formatted(type.getName(), name), e);
    }
  }
}
