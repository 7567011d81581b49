package puna.x64.code;

/// Pages of memory as an operating system hands them out: mapped, protected and given back whole.
///
/// Sizes are rounded up to pages by the system.
public interface SystemMemory {
  /// The memory of the system that this JVM runs on.
  ///
  /// @throws RefusedException when the system is none that is known, or lacks a function
  static SystemMemory ofThisSystem() {
    return switch (Platform.current()) {
      case LINUX -> new PosixMemory(PosixMemory.Numbers.LINUX);
      case MACOS -> new PosixMemory(PosixMemory.Numbers.MACOS);
      case WINDOWS -> new WindowsMemory();
    };
  }

  /// Maps zeroed pages that may be read and written, and returns their address.
  ///
  /// @throws RefusedException when the system gives none
  long map(long bytes);

  /// Makes pages readable and executable, and no longer writable.
  ///
  /// @throws RefusedException when the system does not allow it
  void makeExecutable(long address, long bytes);

  /// Gives back all that one call of `map` gave.
  void unmap(long address, long bytes);

  /// Asks for huge pages; false when the system has none to offer.
  boolean adviseHuge(long address, long bytes);

  /// Whether `adviseNeeded` asks for anything.
  default boolean readsAhead() {
    return false;
  }

  /// Asks for the pages of a mapped file that will be read soon, and returns at once; false when
  /// the system does not take the advice.
  default boolean adviseNeeded(long address, long bytes) {
    return false;
  }
}
