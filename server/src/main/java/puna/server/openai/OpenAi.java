package puna.server.openai;

import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Call;
import puna.server.wire.Dialect;
import puna.server.wire.Failure;

/// OpenAI's words for what goes wrong.
public final class OpenAi implements Dialect {
  @Override
  public String name() {
    return "openai";
  }

  @Override
  public JsonValue body(Failure failure, Call call) {
    JsonObject.Builder error =
        JsonObject.builder()
            .put("message", failure.getMessage())
            .put("type", type(failure))
            .putOrNull("param", failure.path())
            .putOrNull("code", failure.code().or(() -> code(failure)));
    failure.facts().forEach(error::put);
    return JsonObject.builder().put("error", error).build();
  }

  private static String type(Failure failure) {
    return switch (failure.kind()) {
      case RATE_LIMITED -> "requests";
      case INTERNAL, NO_STORAGE, BUSY, LOADING -> "server_error";
      case NOT_SUPPORTED -> "not_supported_error";
      default -> "invalid_request_error";
    };
  }

  private static java.util.Optional<String> code(Failure failure) {
    return java.util.Optional.ofNullable(
        switch (failure.kind()) {
          case UNAUTHORIZED -> "invalid_api_key";
          case RATE_LIMITED -> "rate_limit_exceeded";
          case BUSY, LOADING -> "service_unavailable";
          default -> null;
        });
  }
}
