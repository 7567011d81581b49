package puna.agent;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;
import puna.error.JsonException;
import puna.json.Description;
import puna.json.JsonBinding;
import puna.json.JsonSchemas;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A method as a tool: its parameters as schema, JSON arguments as parameters.
final class MethodTool {
  private static final String DEFINITIONS = "$defs";

  private final Object object;
  private final Method method;
  private final Map<String, JsonValue> definitions = new LinkedHashMap<>();

  MethodTool(Object object, Method method) {
    this.object = object;
    this.method = method;
    // A public method of a class that is not public is still a tool.
    method.trySetAccessible();
  }

  AgentTool tool() {
    String description = requireNonNull(method.getAnnotation(Description.class)).value();
    return new AgentTool(Tool.of(method.getName(), description, schema()), this::call);
  }

  private JsonObject schema() {
    Map<String, JsonValue> properties = new LinkedHashMap<>();
    List<JsonValue> required = new ArrayList<>();
    for (Parameter parameter : method.getParameters()) {
      if (!parameter.isNamePresent()) {
        throw new IllegalArgumentException(
            "the parameters of %s have no names: compile it with -parameters".formatted(method));
      }
      properties.put(parameter.getName(), schema(parameter));
      if (!isOptional(parameter)) {
        required.add(new JsonString(parameter.getName()));
      }
    }
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    schema.put("type", new JsonString("object"));
    schema.put("properties", new JsonObject(properties));
    schema.put("required", new JsonArray(required));
    schema.put("additionalProperties", JsonBoolean.FALSE);
    if (!definitions.isEmpty()) {
      schema.put(DEFINITIONS, new JsonObject(definitions));
    }
    return new JsonObject(schema);
  }

  private JsonValue schema(Parameter parameter) {
    Map<String, JsonValue> schema =
        new LinkedHashMap<>(JsonSchemas.of(valueType(parameter)).members());
    // References name definitions from the root, so there they must be.
    if (schema.remove(DEFINITIONS) instanceof JsonObject(Map<String, JsonValue> found)) {
      found.forEach(this::define);
    }
    Description description = parameter.getAnnotation(Description.class);
    if (description != null) {
      schema.put("description", new JsonString(description.value()));
    }
    return new JsonObject(schema);
  }

  private void define(String name, JsonValue schema) {
    JsonValue before = definitions.put(name, schema);
    if (before != null && !before.equals(schema)) {
      throw new IllegalArgumentException(
          "the parameters of %s have two types of the name %s".formatted(method, name));
    }
  }

  private String call(JsonObject arguments) throws InterruptedException {
    Parameter[] parameters = method.getParameters();
    @Nullable Object[] values = new Object[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      values[i] = value(parameters[i], arguments);
    }
    requireKnown(arguments, parameters);
    try {
      Object result = method.invoke(object, values);
      return method.getReturnType() == void.class
          ? "done"
          : result == null ? "null" : AgentTool.text(result);
    } catch (IllegalAccessException e) {
      throw new ToolException("this tool is not accessible", e);
    } catch (InvocationTargetException e) {
      throw rethrown(e);
    }
  }

  private static Object value(Parameter parameter, JsonObject arguments) {
    Optional<JsonValue> given = arguments.get(parameter.getName());
    if (isOptional(parameter)) {
      return given.map(value -> JsonBinding.read(value, valueType(parameter)));
    }
    return JsonBinding.read(
        given.orElseThrow(() ->
            new JsonException("$: the member \"%s\" is missing".formatted(parameter.getName()))),
        parameter.getParameterizedType());
  }

  private static void requireKnown(JsonObject arguments, Parameter[] parameters) {
    List<String> names = Arrays.stream(parameters).map(Parameter::getName).toList();
    for (String name : arguments.members().keySet()) {
      if (!names.contains(name)) {
        throw new JsonException(
            "$: the members must be of %s, found \"%s\"".formatted(names, name));
      }
    }
  }

  private static RuntimeException rethrown(InvocationTargetException thrown)
      throws InterruptedException {
    return switch (thrown.getCause()) {
      case null -> new ToolException("this tool broke", thrown);
      case InterruptedException e -> throw e;
      case Error e -> throw e;
      // A tool that reads JSON of its own must not blame the arguments.
      case JsonException e -> new ToolException(String.valueOf(e.getMessage()), e);
      case RuntimeException e -> e;
      case Throwable e -> new ToolException(String.valueOf(e.getMessage()), e);
    };
  }

  private static boolean isOptional(Parameter parameter) {
    return parameter.getType() == Optional.class;
  }

  private static Type valueType(Parameter parameter) {
    return parameter.getParameterizedType() instanceof ParameterizedType type
            && type.getRawType() == Optional.class
        ? type.getActualTypeArguments()[0]
        : parameter.getParameterizedType();
  }
}
