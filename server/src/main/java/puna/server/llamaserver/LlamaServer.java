package puna.server.llamaserver;

import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Call;
import puna.server.wire.Dialect;
import puna.server.wire.Failure;

/// llama-server's words for what goes wrong: `code` is the HTTP status.
public final class LlamaServer implements Dialect {
  @Override
  public String name() {
    return "llama-server";
  }

  @Override
  public JsonValue body(Failure failure, Call call) {
    JsonObject.Builder error =
        JsonObject.builder()
            .put("code", failure.kind().status())
            .put("message", failure.getMessage())
            .put("type", type(failure));
    failure.facts().forEach(error::put);
    return JsonObject.builder().put("error", error).build();
  }

  private static String type(Failure failure) {
    return switch (failure.kind()) {
      case INVALID, WRONG_METHOD, TOO_LARGE -> "invalid_request_error";
      case CONTEXT_FULL -> "exceed_context_size_error";
      case UNAUTHORIZED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case NO_MODEL, NO_ROUTE -> "not_found_error";
      case NOT_SUPPORTED -> "not_supported_error";
      case RATE_LIMITED, BUSY, LOADING -> "unavailable_error";
      case INTERNAL, NO_STORAGE -> "server_error";
    };
  }
}
