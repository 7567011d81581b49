package puna.server.ollama;

import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Call;
import puna.server.wire.Dialect;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;

/// Ollama's words for what goes wrong: one text, which its clients show, and some of which they
/// match.
public final class Ollama implements Dialect {
  /// The version of Ollama whose wire this is: clients ask for it, and refuse old ones.
  static final String VERSION = "0.13.0";

  private static final String PREFIX = "/api";

  /// Whether that path is one of Ollama's.
  public static boolean owns(String path) {
    return path.equals(PREFIX) || path.startsWith(PREFIX + "/");
  }

  @Override
  public String name() {
    return "ollama";
  }

  @Override
  public JsonValue body(Failure failure, Call call) {
    return error(failure.kind() == Kind.UNAUTHORIZED ? "unauthorized" : failure.getMessage());
  }

  static JsonObject error(String text) {
    return JsonObject.builder().put("error", text).build();
  }
}
