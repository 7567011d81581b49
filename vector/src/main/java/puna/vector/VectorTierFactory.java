package puna.vector;

import java.util.function.Supplier;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.TierFactory;

/// Opens the tier on the Vector API.
///
/// From the module path the JVM has resolved the API's module with this one. From the class path it
/// is there only if a flag asks for it, and a class that names it fails to load without it: nothing
/// here does, and the kernels are touched after the look at the modules alone.
public final class VectorTierFactory implements TierFactory {
  private static final String API = "jdk.incubator.vector";

  @Override
  public String tier() {
    return "vector";
  }

  @Override
  public int rank() {
    return 100;
  }

  @Override
  public Offer open() {
    boolean resolved = ModuleLayer.boot().findModule(API).isPresent();
    return resolved ? offer(VectorKernels::new) : new Offer.Unavailable(withoutApi());
  }

  /// @param kernels may fail to link: to the API's module of another Java, for one
  static Offer offer(Supplier<KernelProvider> kernels) {
    try {
      return new Offer.Available(kernels.get());
    } catch (LinkageError e) {
      return new Offer.Unavailable(
          "its kernels do not fit the module %s of this Java: %s".formatted(API, e));
    }
  }

  static String withoutApi() {
    return "the JVM runs without the module %s; start it with --add-modules %s".formatted(API, API);
  }
}
