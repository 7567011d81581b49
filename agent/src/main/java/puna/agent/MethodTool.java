package puna.agent;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import puna.chat.Tool;
import puna.error.JsonException;
import puna.json.JsonMethod;
import puna.json.JsonValue.JsonObject;

/// A method as a tool: its parameters as schema, JSON arguments as parameters.
final class MethodTool {
  private final Object object;
  private final Method method;
  private final JsonMethod json;

  /// @throws IllegalArgumentException when a parameter or the result has no JSON form
  MethodTool(Object object, Method method) {
    this.object = object;
    this.method = method;
    this.json = JsonMethod.of(method, object.getClass());
    // A public method of a class that is not public is still a tool.
    method.trySetAccessible();
  }

  AgentTool tool() {
    String description = json.description().orElse("");
    return new AgentTool(Tool.of(method.getName(), description, json.schema()), this::call);
  }

  private String call(JsonObject arguments) throws InterruptedException {
    Object[] values = json.read(arguments).toArray();
    try {
      Object result = method.invoke(object, values);
      return method.getReturnType() == void.class ? "done" : AgentTool.text(result);
    } catch (IllegalAccessException e) {
      throw new ToolException("this tool is not accessible", e);
    } catch (InvocationTargetException e) {
      throw rethrown(e);
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
}
