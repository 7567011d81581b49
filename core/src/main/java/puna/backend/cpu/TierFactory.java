package puna.backend.cpu;

/// Opens a kernel tier that lives in a module of its own.
///
/// Factories are found with `ServiceLoader`, on the class path and on the module path. Each back
/// end opens its own provider and closes it when it closes itself.
public interface TierFactory {
  /// The tier that it opens, such as `x64`: what options and `puna info` call it.
  String tier();

  /// Where the tier stands among others: the highest that runs here is asked for a kernel first.
  /// Plain Java, which every JVM has, is 0; the Vector API is 100, machine code for x86-64 200.
  /// Tiers of one rank are in the order of their names.
  int rank();

  /// Opens the tier for this machine, or says why it cannot run here. Whatever it throws counts as
  /// a refusal too.
  Offer open();

  /// What came of opening a tier.
  sealed interface Offer {
    /// The tier runs here.
    record Available(KernelProvider provider) implements Offer {}

    /// The tier does not run here.
    ///
    /// @param reason for people, such as `the processor has no AVX2`
    record Unavailable(String reason) implements Offer {}
  }
}
