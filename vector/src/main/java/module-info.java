/// The kernel tier on the Vector API.
module puna.vector {
  requires puna;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports puna.vector to
      puna.bench;

  provides puna.backend.cpu.TierFactory with
      puna.vector.VectorTierFactory;
}
