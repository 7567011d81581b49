package puna.agent;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;
import puna.error.JsonException;
import puna.json.Description;
import puna.json.JsonBinding;
import puna.json.JsonSchemas;
import puna.json.JsonValue.JsonObject;

/// A method as a tool: its parameters as schema, JSON arguments as parameters.
final class MethodTool {
  private final Object object;
  private final Method method;

  MethodTool(Object object, Method method) {
    this.object = object;
    this.method = method;
    // A public method of a class that is not public is still a tool.
    method.trySetAccessible();
  }

  AgentTool tool() {
    String description = requireNonNull(method.getAnnotation(Description.class)).value();
    JsonObject parameters = JsonSchemas.ofParameters(method);
    ResultTypes.requireWritable(method.getGenericReturnType(), "the result of " + method.getName());
    return new AgentTool(Tool.of(method.getName(), description, parameters), this::call);
  }

  private String call(JsonObject arguments) throws InterruptedException {
    @Nullable Object[] values = JsonBinding.readParameters(arguments, method);
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
