package puna.chat.tools;

import java.util.Map;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Python source for the code interpreter, up to the end of the message.
final class CodeBlock implements CallBlock {
  private static final String KEY = "code";

  private final CallSink sink;
  private final StringBuilder code = new StringBuilder();
  private int sent;

  /// @param tool the one that runs it
  CodeBlock(CallSink sink, String tool) {
    this.sink = sink;
    sink.started("", tool);
    sink.arguments("{\"%s\":\"".formatted(KEY));
  }

  @Override
  public Progress append(char c) {
    code.append(c);
    // The first half of a surrogate pair waits for the second: alone it would be written as escape.
    if (!Character.isHighSurrogate(c)) {
      send();
    }
    return Progress.MORE;
  }

  @Override
  public Progress end() {
    send();
    sink.arguments("\"}");
    sink.completed(new JsonObject(Map.of(KEY, new JsonString(code.toString()))));
    return Progress.COMPLETE;
  }

  @Override
  public boolean takesMarks() {
    return false;
  }

  private void send() {
    if (sent < code.length()) {
      String quoted = Json.write(new JsonString(code.substring(sent)));
      sink.arguments(quoted.substring(1, quoted.length() - 1));
      sent = code.length();
    }
  }
}
