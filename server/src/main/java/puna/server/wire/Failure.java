package puna.server.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A request that cannot be answered as asked: what is wrong, in the words of no dialect yet.
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final transient Details details;

  /// What kind of thing is wrong; the HTTP status follows from it.
  public enum Kind {
    /// The request is malformed, or breaks a rule.
    INVALID(400),
    /// The prompt is longer than the context window.
    CONTEXT_FULL(400),
    /// No key, or one that is not known.
    UNAUTHORIZED(401),
    /// Asked from where it is not allowed.
    FORBIDDEN(403),
    /// There is no model of that name.
    NO_MODEL(404),
    /// There is nothing at that path.
    NO_ROUTE(404),
    /// The path knows other methods.
    WRONG_METHOD(405),
    /// The body is larger than allowed.
    TOO_LARGE(413),
    /// The caller asks more often than allowed.
    RATE_LIMITED(429),
    /// Something here is broken.
    INTERNAL(500),
    /// The server cannot do that.
    NOT_SUPPORTED(501),
    /// Too many requests wait already.
    BUSY(503),
    /// The model is being loaded.
    LOADING(503),
    /// What the request wants written cannot be: most often the disk is full.
    NO_STORAGE(507);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    /// The HTTP status.
    public int status() {
      return status;
    }
  }

  /// More about it.
  ///
  /// @param path of the field that is wrong, such as `messages[0].role`
  /// @param code a short word for programs, in OpenAI's vocabulary
  /// @param retryAfter seconds after which the same request may succeed
  /// @param facts numbers for programs
  public record Details(
      Optional<String> path,
      Optional<String> code,
      OptionalInt retryAfter,
      Map<String, Long> facts) {
    static final Details NONE =
        new Details(Optional.empty(), Optional.empty(), OptionalInt.empty(), Map.of());

    Details with(String path, String code) {
      return new Details(Optional.of(path), Optional.of(code), retryAfter, facts);
    }
  }

  private Failure(Kind kind, String message, Details details) {
    super(message);
    this.kind = kind;
    this.details = details;
  }

  /// Something of that kind.
  public static Failure of(Kind kind, String message) {
    return new Failure(kind, message, Details.NONE);
  }

  /// The server is being stopped.
  public static Failure stopping() {
    return of(Kind.BUSY, "the server is being stopped").retryAfter(1);
  }

  /// A field breaks a rule.
  public static Failure invalid(String path, String message) {
    return new Failure(Kind.INVALID, message, Details.NONE.with(path, "invalid_value"));
  }

  /// A field is of another JSON type than it must be.
  public static Failure wrongType(String path, String wanted, String found) {
    return new Failure(
        Kind.INVALID,
        "%s: must be %s, found %s".formatted(path, wanted, found),
        Details.NONE.with(path, "invalid_type"));
  }

  /// A field that must be there is not.
  public static Failure missing(String path, String wanted) {
    return new Failure(
        Kind.INVALID,
        "%s is missing: %s".formatted(path, wanted),
        Details.NONE.with(path, "missing_required_parameter"));
  }

  /// A field asks for what the server does not do.
  public static Failure unsupported(String path, String message) {
    return new Failure(Kind.INVALID, message, Details.NONE.with(path, "unsupported_value"));
  }

  /// The same, of another kind.
  public Failure as(Kind other) {
    return new Failure(other, getMessage(), details);
  }

  /// The same, about that field.
  public Failure at(String path) {
    Details more =
        new Details(Optional.of(path), details.code(), details.retryAfter(), details.facts());
    return new Failure(kind, getMessage(), more);
  }

  /// The same, with another word for programs.
  public Failure withCode(String code) {
    Details more =
        new Details(details.path(), Optional.of(code), details.retryAfter(), details.facts());
    return new Failure(kind, getMessage(), more);
  }

  /// The same, and when to try again.
  public Failure retryAfter(int seconds) {
    Details more =
        new Details(details.path(), details.code(), OptionalInt.of(seconds), details.facts());
    return new Failure(kind, getMessage(), more);
  }

  /// The same, with a number for programs.
  public Failure withFact(String name, long value) {
    Map<String, Long> facts = new LinkedHashMap<>(details.facts());
    facts.put(name, value);
    return new Failure(
        kind,
        getMessage(),
        new Details(details.path(), details.code(), details.retryAfter(), facts));
  }

  /// What kind of thing is wrong.
  public Kind kind() {
    return kind;
  }

  /// The path of the field that is wrong, if it is one.
  public Optional<String> path() {
    return details.path();
  }

  /// A word for programs.
  public Optional<String> code() {
    return details.code();
  }

  /// Seconds after which the same request may succeed.
  public OptionalInt retryAfter() {
    return details.retryAfter();
  }

  /// Numbers for programs.
  public Map<String, Long> facts() {
    return details.facts();
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /// Thrown for what clients do, which is nothing to look for in a stack.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
