package puna.chat.tools;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The names of the tools that a model may call, as far as they are known. They tell a call that
/// has no mark from an answer that looks like one.
public final class OfferedNames {
  private final Optional<Set<String>> names;

  private OfferedNames(Optional<Set<String>> names) {
    this.names = names;
  }

  public static OfferedNames of(Collection<String> names) {
    return new OfferedNames(Optional.of(Set.copyOf(names)));
  }

  /// Every name counts as offered.
  public static OfferedNames unknown() {
    return new OfferedNames(Optional.empty());
  }

  /// These names and others.
  OfferedNames and(Set<String> more) {
    return new OfferedNames(
        names.map(known -> {
          Set<String> all = new HashSet<>(known);
          all.addAll(more);
          return all;
        }));
  }

  boolean areKnown() {
    return names.isPresent();
  }

  boolean contains(String name) {
    return names.isEmpty() || names.get().contains(name);
  }
}
