package puna.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;
import puna.cli.command.Settings;

/// The version of this Puna, as the build wrote it into the module.
final class Version implements IVersionProvider {
  /// The version, or `unknown` where the classes run outside of a packaged module.
  static String current() {
    return Optional.ofNullable(Version.class.getModule().getDescriptor())
        .flatMap(ModuleDescriptor::rawVersion)
        .orElse("unknown");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"puna " + current() + ", Java " + Settings.javaVersion()};
  }
}
