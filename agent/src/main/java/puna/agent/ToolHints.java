package puna.agent;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a tool says of itself to people, so that a host can decide what to ask about. None of it
/// reaches the model. Hints of a server are its own words: they may be wrong, and prove nothing.
public final class ToolHints {
  /// What a call does to the world.
  public enum Effect {
    /// Nobody said.
    UNKNOWN,
    /// It changes nothing.
    READS,
    /// It adds or changes something, and destroys nothing.
    ADDS,
    /// It may overwrite or delete something.
    DESTROYS
  }

  private static final ToolHints NONE =
      new ToolHints(Optional.empty(), Effect.UNKNOWN, Optional.empty());

  private final Optional<String> title;
  private final Effect effect;
  private final Optional<String> origin;

  private ToolHints(Optional<String> title, Effect effect, Optional<String> origin) {
    this.title = title;
    this.effect = effect;
    this.origin = origin;
  }

  /// No hint: no title, an unknown effect, no origin.
  public static ToolHints none() {
    return NONE;
  }

  /// Sets a name for people.
  public ToolHints withTitle(String value) {
    return new ToolHints(Optional.of(requireNonNull(value, "title")), effect, origin);
  }

  /// Sets what a call does.
  public ToolHints withEffect(Effect value) {
    return new ToolHints(title, requireNonNull(value, "effect"), origin);
  }

  /// Sets where the tool comes from, such as the server that offers it.
  public ToolHints withOrigin(String value) {
    return new ToolHints(title, effect, Optional.of(requireNonNull(value, "origin")));
  }

  /// A name for people.
  public Optional<String> title() {
    return title;
  }

  /// What a call does to the world.
  public Effect effect() {
    return effect;
  }

  /// Where the tool comes from.
  public Optional<String> origin() {
    return origin;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ToolHints hints
        && title.equals(hints.title)
        && effect == hints.effect
        && origin.equals(hints.origin);
  }

  @Override
  public int hashCode() {
    return Objects.hash(title, effect, origin);
  }

  @Override
  public String toString() {
    return "ToolHints[title=%s, effect=%s, origin=%s]".formatted(title, effect, origin);
  }
}
