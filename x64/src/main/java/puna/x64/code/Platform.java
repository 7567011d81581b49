package puna.x64.code;

import puna.x64.settings.X64Settings;

/// The operating systems whose memory calls and calling convention are known.
public enum Platform {
  LINUX,
  MACOS,
  WINDOWS;

  /// The one that this JVM runs on.
  ///
  /// @throws RefusedException when it is none of these
  public static Platform current() {
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
