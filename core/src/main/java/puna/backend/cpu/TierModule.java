package puna.backend.cpu;

/// The modules of this project that bring a tier: told of where they are missing, and good as a cap
/// all the same. A tier that is not listed here works like these once it is found.
enum TierModule {
  X64("x64", 200),
  VECTOR("vector", 100);

  private final String tier;
  private final int rank;

  TierModule(String tier, int rank) {
    this.tier = tier;
    this.rank = rank;
  }

  String tier() {
    return tier;
  }

  int rank() {
    return rank;
  }

  /// Why the tier is absent where its module is missing, and what to do.
  String missing() {
    return "its module, puna.%s, is neither on the module path nor on the class path; %s"
        .formatted(tier, remedy());
  }

  private String remedy() {
    return switch (this) {
      case X64 -> "on x86-64 add the dependency puna:puna-x64";
      case VECTOR ->
          "add the dependency puna:puna-vector%s; the command puna has it with --tier vector"
              .formatted(flag());
    };
  }

  /// From the module path the Vector API is resolved with the module that requires it.
  private static String flag() {
    return TierModule.class.getModule().isNamed()
        ? ""
        : " and start the JVM with --add-modules jdk.incubator.vector";
  }
}
