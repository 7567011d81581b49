package puna.backend.cpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import puna.backend.Absence;
import puna.backend.cpu.TierFactory.Offer;

/// The kernel tiers of this machine and JVM, highest rank first, and why others are absent.
///
/// Tiers stand above this package and are looked up: those in modules of their own as services, the
/// scalar one, which is always there, by name.
public final class Tiers implements AutoCloseable {
  /// The tier of plain Java.
  static final String SCALAR = "scalar";

  private static final String SCALAR_PROVIDER = "puna.backend.cpu.scalar.ScalarKernels";

  /// A service loader goes on after a broken service; whatever else breaks is not asked for ever.
  private static final int MOST_BROKEN = 16;

  private final List<KernelProvider> available = new ArrayList<>();
  private final List<Absence> absences = new ArrayList<>();

  private Tiers() {}

  /// Finds the tiers, leaving out those of a higher rank than `cap`.
  ///
  /// @param cap the fastest tier allowed; empty for all
  /// @throws IllegalArgumentException when the cap names no tier
  public static Tiers detect(Optional<String> cap) {
    // The loader of this class sees the class path, and all modules of the boot layer.
    return detect(cap, ServiceLoader.load(TierFactory.class, TierFactory.class.getClassLoader()));
  }

  /// @param factories may throw while they are iterated, as a `ServiceLoader` does
  static Tiers detect(Optional<String> cap, Iterable<TierFactory> factories) {
    List<Candidate> candidates = candidates(factories);
    int highest = cap.map(name -> rank(name, candidates)).orElse(Integer.MAX_VALUE);
    Tiers tiers = new Tiers();
    for (Candidate candidate : candidates) {
      if (candidate.rank() > highest) {
        tiers.absences.add(new Absence(candidate.tier(), "switched off by the tier option"));
      } else {
        tiers.open(candidate);
      }
    }
    return tiers;
  }

  /// A tier that may be opened, or is known not to be here.
  private record Candidate(String tier, int rank, Supplier<Offer> opening) {}

  /// Highest rank first, one a name.
  private static List<Candidate> candidates(Iterable<TierFactory> factories) {
    List<Candidate> found = new ArrayList<>();
    List<Throwable> broken = new ArrayList<>();
    try {
      Iterator<TierFactory> each = factories.iterator();
      while (broken.size() < MOST_BROKEN && addNext(each, found, broken)) {}
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      broken.add(e);
    }
    addUnlessThere(found, new Candidate(SCALAR, 0, Tiers::scalar));
    for (TierModule module : TierModule.values()) {
      Offer.Unavailable missing =
          new Offer.Unavailable(
              broken.isEmpty()
                  ? module.missing()
                  : "it is missing or failed to load: " + broken.getFirst());
      addUnlessThere(found, new Candidate(module.tier(), module.rank(), () -> missing));
    }
    found.sort(Comparator.comparingInt(Candidate::rank).reversed().thenComparing(Candidate::tier));
    return found;
  }

  /// @param broken takes what a factory threw
  /// @return whether there may be more
  private static boolean addNext(
      Iterator<TierFactory> each, List<Candidate> found, List<Throwable> broken) {
    try {
      if (!each.hasNext()) {
        return false;
      }
      TierFactory factory = each.next();
      addUnlessThere(found, new Candidate(factory.tier(), factory.rank(), factory::open));
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      // A tier that breaks must not keep the others from working.
      broken.add(e);
    }
    return true;
  }

  private static void addUnlessThere(List<Candidate> found, Candidate candidate) {
    if (found.stream().noneMatch(other -> other.tier().equals(candidate.tier()))) {
      found.add(candidate);
    }
  }

  private static int rank(String cap, List<Candidate> candidates) {
    for (Candidate candidate : candidates) {
      if (candidate.tier().equals(cap)) {
        return candidate.rank();
      }
    }
    String names = candidates.stream().map(Candidate::tier).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "no tier is called '%s'; tiers are %s".formatted(cap, names));
  }

  private void open(Candidate candidate) {
    try {
      switch (candidate.opening().get()) {
        case Offer.Available(KernelProvider provider) -> available.add(provider);
        case Offer.Unavailable(String reason) ->
            absences.add(new Absence(candidate.tier(), reason));
      }
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      absences.add(new Absence(candidate.tier(), "it failed to open: " + e));
    }
  }

  private static Offer scalar() {
    try {
      return new Offer.Available(
          Class.forName(SCALAR_PROVIDER)
              .asSubclass(KernelProvider.class)
              .getDeclaredConstructor()
              .newInstance());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(SCALAR_PROVIDER, e);
    }
  }

  /// Highest rank first; the scalar tier is always there.
  public List<KernelProvider> available() {
    return List.copyOf(available);
  }

  /// Highest rank first.
  public List<Absence> absences() {
    return List.copyOf(absences);
  }

  /// Closes all providers.
  @Override
  public void close() {
    available.forEach(KernelProvider::close);
  }
}
