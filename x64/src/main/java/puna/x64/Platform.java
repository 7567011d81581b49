package puna.x64;

/// The operating systems whose memory calls and calling convention are known.
enum Platform {
  LINUX,
  MACOS,
  WINDOWS;

  /// The one that this JVM runs on.
  ///
  /// @throws RefusedException when it is none of these
  static Platform current() {
    String name = X64Settings.operatingSystem();
    if (name.contains("linux")) {
      return LINUX;
    }
    if (name.contains("mac")) {
      return MACOS;
    }
    if (name.contains("win")) {
      return WINDOWS;
    }
    throw new RefusedException("the operating system '" + name + "' is not known to it");
  }
}
