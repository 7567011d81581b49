package puna.agent;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import puna.json.JsonMethod;

/// Makes tools of Java methods.
public final class Tools {
  private Tools() {}

  /// Makes a tool of each public method with a [puna.json.Description], sorted by name; the
  /// description, like other annotations, may stand on the method of an interface or a superclass.
  /// Its arguments are the method's parameters, by their names in the source (compile with
  /// `-parameters`); those of type `Optional` may be missing or null. Their annotations count as
  /// those of a record's components do ([puna.json.JsonSchemas]).
  ///
  /// @throws IllegalArgumentException when there is no such method, two have the same name, or a
  ///   parameter has no JSON form or no name, or no result could have a JSON form
  public static List<AgentTool> of(Object object) {
    List<Method> methods =
        Arrays.stream(object.getClass().getMethods())
            .filter(method -> !method.isBridge())
            .filter(method -> JsonMethod.description(method, object.getClass()).isPresent())
            .sorted(Comparator.comparing(Method::getName))
            .toList();
    if (methods.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no public method with a @Description".formatted(object.getClass().getName()));
    }
    for (int i = 1; i < methods.size(); i++) {
      if (methods.get(i).getName().equals(methods.get(i - 1).getName())) {
        throw new IllegalArgumentException(
            "%s has two tools of the name \"%s\""
                .formatted(object.getClass().getName(), methods.get(i).getName()));
      }
    }
    return methods.stream().map(method -> new MethodTool(object, method).tool()).toList();
  }
}
