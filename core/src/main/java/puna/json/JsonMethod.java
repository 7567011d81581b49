package puna.json;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import puna.json.JsonValue.JsonObject;
import puna.json.TypeShape.Fields;

/// A method as something that is called with JSON: its parameters are the members of one object.
///
/// Annotations and type arguments count wherever they are said: on the method itself, and on those
/// of superclasses and interfaces that it overrides. Immutable.
public final class JsonMethod {
  private final Fields parameters;
  private final Optional<String> description;

  private JsonMethod(Fields parameters, Optional<String> description) {
    this.parameters = parameters;
    this.description = description;
  }

  /// The method of an object of that class.
  ///
  /// @throws IllegalArgumentException when a parameter has no name (compile with `-parameters`), or
  ///   its type no JSON form, or no result could have one; the message names the method
  public static JsonMethod of(Method method, Class<?> receiver) {
    MethodDeclarations declarations = MethodDeclarations.of(method, receiver);
    Fields parameters = TypeShapes.ofParameters(declarations);
    ResultTypes.requireWritable(declarations.result(), "the result of " + method.getName());
    return new JsonMethod(parameters, declarations.description());
  }

  /// The [Description] of the method, which may be that of a method that it overrides.
  public static Optional<String> description(Method method, Class<?> receiver) {
    return MethodDeclarations.of(method, receiver).description();
  }

  /// What its [Description] says.
  public Optional<String> description() {
    return description;
  }

  /// The schema of its parameters, as [JsonSchemas#ofParameters] has it.
  public JsonObject schema() {
    return JsonSchemas.of(parameters);
  }

  /// The parameters' values in their order.
  ///
  /// @throws puna.error.JsonException when a member is missing, unknown, or does not fit its type;
  ///   the message names it
  public List<Object> read(JsonObject arguments) {
    return List.of(ValueReader.arguments(requireNonNull(arguments, "arguments"), parameters));
  }
}
