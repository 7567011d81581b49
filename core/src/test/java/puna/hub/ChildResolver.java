package puna.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A second process for tests: resolves the default model in the home `args[0]`, then writes the
/// file `args[1]`: the path it got, and whether it had to copy.
final class ChildResolver {
  private ChildResolver() {}

  public static void main(String[] args) throws IOException {
    boolean[] copied = new boolean[1];
    Path file =
        new ModelStore(Path.of(args[0]))
            .resolve(ModelStore.DEFAULT_MODEL, (_, _) -> copied[0] = true);
    Files.writeString(Path.of(args[1]), file + "\n" + (copied[0] ? "copied" : "found"));
  }
}
