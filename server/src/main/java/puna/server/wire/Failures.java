package puna.server.wire;

import puna.error.AnswerException;
import puna.error.ChatTemplateException;
import puna.error.ContextFullException;
import puna.error.GrammarException;
import puna.error.InfillException;
import puna.error.JsonException;
import puna.error.ModelException;
import puna.error.ModelMemoryException;
import puna.error.OverloadedException;
import puna.error.PromptException;
import puna.server.models.ModelTooLargeException;
import puna.server.wire.Failure.Kind;

/// What exceptions of the engine mean to a client.
public final class Failures {
  private static final int SOON = 1; // seconds

  private Failures() {}

  /// The failure that an exception stands for.
  public static Failure of(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case Failure failure -> failure;
      case ContextFullException full -> contextFull(full, message);
      case OverloadedException _ -> Failure.of(Kind.BUSY, message).retryAfter(SOON);
      case InfillException _ -> Failure.of(Kind.NOT_SUPPORTED, message);
      case ChatTemplateException _ -> Failure.of(Kind.INVALID, message).at("messages");
      case GrammarException _ -> Failure.of(Kind.INVALID, message).withCode("invalid_value");
      case PromptException _, JsonException _, IllegalArgumentException _ ->
          Failure.of(Kind.INVALID, message);
      case ModelMemoryException _ -> Failure.of(Kind.BUSY, message).retryAfter(10 * SOON);
      case ModelTooLargeException _ -> Failure.of(Kind.NOT_SUPPORTED, message);
      case ModelException _ -> Failure.of(Kind.INTERNAL, message);
      case AnswerException _ -> Failure.of(Kind.INTERNAL, message);
      default -> Failure.of(Kind.INTERNAL, "something went wrong here; the server's log says what");
    };
  }

  /// With the numbers that llama-server's clients read.
  private static Failure contextFull(ContextFullException full, String message) {
    Failure failure = Failure.of(Kind.CONTEXT_FULL, message).withCode("context_length_exceeded");
    return full.context().isEmpty()
        ? failure
        : failure
            .withFact("n_prompt_tokens", full.promptTokens().orElse(0))
            .withFact("n_ctx", full.context().getAsInt());
  }

  /// Whether the server's log should say what happened, since the client is not told.
  public static boolean isOurs(Throwable cause) {
    return !(cause instanceof Failure) && of(cause).kind() == Kind.INTERNAL;
  }
}
