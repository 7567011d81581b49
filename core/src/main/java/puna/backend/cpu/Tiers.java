package puna.backend.cpu;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The kernel tiers of this machine and JVM, fastest first, and why others are absent.
///
/// Tiers stand above this package and are looked up by name. For the vector tier that is a must: on
/// the class path its module may be missing, and a linked reference would fail to load.
public final class Tiers {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String VECTOR_PROVIDER = "puna.backend.cpu.vector.VectorKernels";
  private static final String SCALAR_PROVIDER = "puna.backend.cpu.scalar.ScalarKernels";
  private static final List<String> NAMES = List.of("vector", "scalar");

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
    if (cap.isPresent() && !NAMES.contains(cap.get())) {
      throw new IllegalArgumentException(
          "no tier is called '%s'; tiers are %s".formatted(cap.get(), String.join(", ", NAMES)));
    }
    Tiers tiers = new Tiers();
    if (cap.isPresent() && cap.get().equals("scalar")) {
      tiers.absences.add(new Absence("vector", "switched off by the tier option"));
    } else {
      tiers.detectVector();
    }
    tiers.add("scalar", SCALAR_PROVIDER);
    return tiers;
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
}
