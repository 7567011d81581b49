package puna.backend.cpu;

import puna.backend.BackendProvider;
import puna.backend.BackendRequest;

/// The CPU, which is always there: what it throws is wrong in the request, or a machine without
/// memory or threads.
public final class CpuBackendProvider implements BackendProvider {
  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public Offer open(BackendRequest request) {
    return new Offer.Available(
        new CpuBackend(request.threads(), request.tier(), request.invariance()));
  }
}
