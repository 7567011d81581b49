package puna.backend.cpu;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/// The kernel tiers of this machine and JVM, fastest first, and why others are absent.
///
/// Tiers stand above this package and are looked up: the `x64` tier as a service, since it is a
/// module of its own; the others by name. For the vector tier that is a must: on the class path its
/// module may be missing, and a linked reference would fail to load.
public final class Tiers implements AutoCloseable {
  private static final String X64 = "x64";
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String VECTOR_PROVIDER = "puna.backend.cpu.vector.VectorKernels";
  private static final String SCALAR_PROVIDER = "puna.backend.cpu.scalar.ScalarKernels";
  private static final List<String> NAMES = List.of(X64, "vector", "scalar");

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
          case X64 -> tiers.openFactory(tier, factories);
          case "vector" -> tiers.detectVector();
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
      absences.add(
          new Absence(
              tier,
              "its module, puna.%s, is neither on the module path nor on the class path"
                  .formatted(tier)));
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      // A faster tier that breaks must not keep the others from working.
      absences.add(new Absence(tier, "it failed to open: " + e));
    }
  }

  private void detectVector() {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      absences.add(
          new Absence(
              "vector",
              "the JVM runs without the module %s; start it with --add-modules %s"
                  .formatted(VECTOR_MODULE, VECTOR_MODULE)));
      return;
    }
    add("vector", VECTOR_PROVIDER);
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
