package puna.server.anthropic;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Call;
import puna.server.wire.Dialect;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;

/// Anthropic's words for what goes wrong.
public final class Anthropic implements Dialect {
  private static final int OVERLOADED = 529;
  private static final Pattern INDEX = Pattern.compile("\\[([0-9]+)]");

  @Override
  public String name() {
    return "anthropic";
  }

  @Override
  public String idHeader() {
    return "request-id";
  }

  @Override
  public int status(Failure failure) {
    return switch (failure.kind()) {
      case BUSY, LOADING -> OVERLOADED;
      case NOT_SUPPORTED -> Kind.INVALID.status();
      default -> failure.kind().status();
    };
  }

  @Override
  public JsonValue body(Failure failure, Call call) {
    return JsonObject.builder()
        .put("type", "error")
        .put(
            "error",
            JsonObject.builder().put("type", type(failure)).put("message", message(failure)))
        .put("request_id", call.id())
        .build();
  }

  private static String type(Failure failure) {
    return switch (failure.kind()) {
      case INVALID, CONTEXT_FULL, WRONG_METHOD, NOT_SUPPORTED -> "invalid_request_error";
      case UNAUTHORIZED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case NO_MODEL, NO_ROUTE -> "not_found_error";
      case TOO_LARGE -> "request_too_large";
      case RATE_LIMITED -> "rate_limit_error";
      case INTERNAL, NO_STORAGE -> "api_error";
      case BUSY, LOADING -> "overloaded_error";
    };
  }

  /// The message begins with the path of the field that is wrong, indexes between dots.
  private static String message(Failure failure) {
    if (failure.kind() == Kind.CONTEXT_FULL) {
      return tooLong(failure);
    }
    Optional<String> path = failure.path();
    if (path.isEmpty()) {
      return failure.getMessage();
    }
    String dotted = INDEX.matcher(path.get()).replaceAll(".$1");
    String message = failure.getMessage().replace(path.get(), dotted);
    return message.startsWith(dotted) ? message : dotted + ": " + message;
  }

  /// Clients look for these words, to shorten the conversation.
  private static String tooLong(Failure failure) {
    Map<String, Long> facts = failure.facts();
    Long tokens = facts.get("n_prompt_tokens");
    Long context = facts.get("n_ctx");
    return tokens == null || context == null
        ? "prompt is too long: " + failure.getMessage()
        : "prompt is too long: %s tokens > %s maximum".formatted(tokens, context);
  }
}
