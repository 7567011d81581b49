package puna.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import puna.TestSeed;

/// A model artifact in a folder: its file, its `model.properties`, its line in the names.
final class FakeModel {
  static final String NAME = "fake";
  static final String FILE = "fake.gguf";

  final Path root;
  final byte[] content = new byte[3_000_000];
  private final Path folder;

  FakeModel(Path root) {
    this.root = root;
    folder = root.resolve("META-INF/puna/models").resolve(NAME);
    TestSeed.random(7).nextBytes(content);
    MessageDigest digest = CachedFile.sha256();
    digest.update(content);
    write("model-names", "# comment\n" + NAME + "\n");
    describe(content.length, CachedFile.hex(digest));
    replaceContent(content);
  }

  void describe(long bytes, String sha256) {
    describe(
        """
        file = %s
        bytes = %d
        sha256 = %s
        description = A fake, só
        license = CC0-1.0
        """
            .formatted(FILE, bytes, sha256));
  }

  void describe(String properties) {
    write("models/" + NAME + "/model.properties", properties);
  }

  void replaceContent(byte[] other) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(FILE), other);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void removeContent() throws IOException {
    Files.delete(folder.resolve(FILE));
  }

  /// A store that sees this artifact alone.
  ModelStore store(Path home) {
    return new ModelStore(home, new EmbeddedModels(List.of(loader())));
  }

  private ClassLoader loader() {
    try {
      return new URLClassLoader(new URL[] {root.toUri().toURL()}, null);
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, String text) {
    Path file = root.resolve("META-INF/puna").resolve(name);
    try {
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
