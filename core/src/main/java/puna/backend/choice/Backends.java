package puna.backend.choice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import puna.backend.Absence;
import puna.backend.Backend;
import puna.backend.BackendProvider;
import puna.backend.BackendProvider.Offer;
import puna.backend.BackendRequest;
import puna.backend.cpu.CpuBackendProvider;

/// The back ends that are here, and the choice of one.
public final class Backends {
  /// A service loader goes on after a broken service; whatever else breaks is not asked for ever.
  private static final int MOST_BROKEN = 16;

  private final List<BackendProvider> providers = new ArrayList<>();
  private final List<Absence> absences = new ArrayList<>();

  /// A back end to compute on.
  ///
  /// @param absences those of a higher rank, and why they are not used
  public record Chosen(Backend backend, List<Absence> absences) {}

  private Backends() {}

  /// Opens the back end of the highest rank that can do what is asked for.
  ///
  /// @throws IllegalArgumentException when the request holds what no back end has, such as an
  ///   unknown tier
  public static Chosen open(BackendRequest request) {
    // The loader of this class sees the class path, and all modules of the boot layer.
    return open(
        request, ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()));
  }

  /// @param services may throw while they are iterated, as a `ServiceLoader` does
  static Chosen open(BackendRequest request, Iterable<BackendProvider> services) {
    Backends backends = new Backends();
    backends.find(services);
    return backends.choose(request);
  }

  private void find(Iterable<BackendProvider> services) {
    try {
      Iterator<BackendProvider> each = services.iterator();
      while (absences.size() < MOST_BROKEN && addNext(each)) {}
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      absences.add(broken(e));
    }
    providers.sort(
        Comparator.comparingInt(BackendProvider::rank)
            .reversed()
            .thenComparing(BackendProvider::name));
  }

  /// @return whether there may be more
  private boolean addNext(Iterator<BackendProvider> each) {
    try {
      if (!each.hasNext()) {
        return false;
      }
      providers.add(each.next());
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      // A back end that breaks must not keep the others from working.
      absences.add(broken(e));
    }
    return true;
  }

  private static Absence broken(Throwable e) {
    return new Absence("of a service", "it failed to load: " + e);
  }

  private Chosen choose(BackendRequest request) {
    BackendProvider cpu = new CpuBackendProvider();
    for (BackendProvider provider : providers) {
      if (provider.rank() > cpu.rank()) {
        switch (ask(provider, request)) {
          case Offer.Available(Backend backend) -> {
            return new Chosen(backend, List.copyOf(absences));
          }
          case Offer.Unavailable(String reason) ->
              absences.add(new Absence(provider.name(), reason));
        }
      }
    }
    return switch (cpu.open(request)) {
      case Offer.Available(Backend backend) -> new Chosen(backend, List.copyOf(absences));
      case Offer.Unavailable(String reason) -> throw new IllegalStateException(reason);
    };
  }

  private static Offer ask(BackendProvider provider, BackendRequest request) {
    try {
      return provider.open(request);
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      return new Offer.Unavailable("it failed to open: " + e);
    }
  }
}
