package puna;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Large real test data that is no part of the project: a test that needs it is skipped where it is
/// absent.
public final class SharedData {
  private SharedData() {}

  /// A file or folder under the shared test data.
  public static Path require(String path) {
    String root = System.getProperty("puna.test.shared", "");
    Path found = Path.of(root).resolve(path);
    assumeTrue(
        !root.isEmpty() && Files.exists(found),
        "needs shared/" + path + " beside the checkout, which is not there");
    return found;
  }
}
