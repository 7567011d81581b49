package puna.backend;

/// Opens a kind of back end, such as the CPU.
///
/// The CPU is always there. Others live in modules of their own and are found with `ServiceLoader`,
/// on the class path and on the module path.
public interface BackendProvider {
  /// What `puna info` calls it, such as `cpu`.
  String name();

  /// Where it stands among others: of those that can run, the highest does. The CPU is 0. Back ends
  /// of one rank are in the order of their names.
  int rank();

  /// Opens a back end on this machine, or says why it cannot be. Whatever it throws counts as a
  /// refusal too.
  Offer open(BackendRequest request);

  /// What came of opening a back end.
  sealed interface Offer {
    /// @param backend closed by whoever asked
    record Available(Backend backend) implements Offer {}

    /// @param reason for people, such as `no device was found`
    record Unavailable(String reason) implements Offer {}
  }
}
