package puna.backend.cpu;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/// The kernel tiers of this machine and JVM, fastest first, and why others are absent.
///
/// Tiers stand above this package and are looked up: those in modules of their own as services, the
/// scalar one by name.
public final class Tiers implements AutoCloseable {
  private static final String X64 = "x64";
  private static final String VECTOR = "vector";
  private static final String SCALAR_PROVIDER = "puna.backend.cpu.scalar.ScalarKernels";
  private static final List<String> NAMES = List.of(X64, VECTOR, "scalar");

  private final List<KernelProvider> available = new ArrayList<>();
  private final List<Absence> absences = new ArrayList<>();

  /// A tier that is not used.
  public record Absence(String tier, String reason) {}

  private Tiers() {}

  /// Finds the tiers, leaving out those above `cap`.
  ///
  /// @param cap the fastest tier allowed; empty for all
  /// @throws IllegalArgumentException when the cap names no tier
  public static Tiers detect(Optional<String> cap) {
    // The loader of this class sees the class path, and all modules of the boot layer.
    return detect(cap, ServiceLoader.load(TierFactory.class, TierFactory.class.getClassLoader()));
  }

  /// @param factories may throw while they are iterated, as a `ServiceLoader` does
  static Tiers detect(Optional<String> cap, Iterable<TierFactory> factories) {
    if (cap.isPresent() && !NAMES.contains(cap.get())) {
      throw new IllegalArgumentException(
          "no tier is called '%s'; tiers are %s".formatted(cap.get(), String.join(", ", NAMES)));
    }
    Tiers tiers = new Tiers();
    int fastest = cap.map(NAMES::indexOf).orElse(0);
    for (String tier : NAMES) {
      if (NAMES.indexOf(tier) < fastest) {
        tiers.absences.add(new Absence(tier, "switched off by the tier option"));
      } else {
        switch (tier) {
          case X64, VECTOR -> tiers.openFactory(tier, factories);
          default -> tiers.add(tier, SCALAR_PROVIDER);
        }
      }
    }
    return tiers;
  }

  /// Opens a tier that is a service.
  private void openFactory(String tier, Iterable<TierFactory> factories) {
    try {
      for (TierFactory factory : factories) {
        if (factory.tier().equals(tier)) {
          switch (factory.open()) {
            case TierFactory.Offer.Available(KernelProvider provider) -> available.add(provider);
            case TierFactory.Offer.Unavailable(String reason) ->
                absences.add(new Absence(tier, reason));
          }
          return;
        }
      }
      absences.add(new Absence(tier, missing(tier)));
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      // A faster tier that breaks must not keep the others from working.
      absences.add(new Absence(tier, "it failed to open: " + e));
    }
  }

  /// What to do where a tier's module is missing. Only the class path has modules that nothing asks
  /// for; on the module path the tier's own asks.
  private static String missing(String tier) {
    String addIt =
        "its module, puna.%s, is neither on the module path nor on the class path; add the dependency puna:puna-%s"
            .formatted(tier, tier);
    if (!tier.equals(VECTOR)) {
      return addIt;
    }
    String flag =
        Tiers.class.getModule().isNamed()
            ? ""
            : " and start the JVM with --add-modules jdk.incubator.vector";
    return addIt + flag + "; the command puna has it with --tier vector";
  }

  private void add(String tier, String provider) {
    try {
      available.add(
          Class.forName(provider)
              .asSubclass(KernelProvider.class)
              .getDeclaredConstructor()
              .newInstance());
    } catch (InvocationTargetException e) {
      absences.add(new Absence(tier, String.valueOf(e.getCause())));
    } catch (ReflectiveOperationException e) {
      absences.add(new Absence(tier, e.toString()));
    }
  }

  /// Fastest first; the scalar tier is always there.
  public List<KernelProvider> available() {
    return List.copyOf(available);
  }

  public List<Absence> absences() {
    return List.copyOf(absences);
  }

  /// Closes all providers.
  @Override
  public void close() {
    available.forEach(KernelProvider::close);
  }
}
