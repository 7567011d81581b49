package puna.hub;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import puna.hub.net.HubSettings;
import puna.settings.ProgramFolders;

/// Folders as other programs lay them out, and a store that looks there.
public final class OtherPrograms {
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  public final Path huggingFace;
  public final Path ollama;
  public final Path lmStudio;
  public final Path llamaCpp;
  private final Path home;

  public OtherPrograms(Path top) {
    huggingFace = top.resolve("hf");
    ollama = top.resolve("ollama");
    lmStudio = top.resolve("lmstudio");
    llamaCpp = top.resolve("llama.cpp");
    home = top.resolve("puna-home");
  }

  public ProgramFolders folders() {
    return new ProgramFolders(
        List.of(huggingFace), List.of(ollama), List.of(lmStudio), List.of(llamaCpp));
  }

  /// A store that must not connect.
  public ModelStore store() {
    return new ModelStore(
            () -> home, new EmbeddedModels(List.of()), HubSettings::ofEnvironment, folders())
        .offline("this test");
  }

  /// A GGUF file that has metadata and nothing else.
  public static byte[] gguf(String architecture, Map<String, Integer> numbers) {
    ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    out.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3);
    out.putLong(0).putLong(1 + numbers.size());
    text(out, "general.architecture");
    out.putInt(8);
    text(out, architecture);
    numbers.forEach((key, value) -> {
      text(out, key);
      out.putInt(4).putInt(value);
    });
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static void text(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putLong(bytes.length).put(bytes);
  }

  public static byte[] llama() {
    return gguf("llama", Map.of());
  }

  public static Path write(Path file, byte[] content) {
    try {
      Files.createDirectories(requireNonNull(file.getParent()));
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path write(Path file, String content) {
    return write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /// A file of the hub's cache: a link to a blob, where links can be made.
  public Path cached(String repository, String path, byte[] content) {
    Path folder = huggingFace.resolve("models--" + repository.replace("/", "--"));
    write(folder.resolve("refs/main"), COMMIT);
    Path link = folder.resolve("snapshots").resolve(COMMIT).resolve(path);
    Path place = requireNonNull(link.getParent());
    Path blob =
        write(
            folder.resolve("blobs").resolve(FakeHub.sha256(path.getBytes(StandardCharsets.UTF_8))),
            content);
    try {
      Files.createDirectories(place);
      return Files.createSymbolicLink(link, place.relativize(blob));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A model of Ollama's store.
  ///
  /// @param name `HOST/NAMESPACE/MODEL/TAG`
  /// @return its blob
  public Path pulledByOllama(String name, byte[] content) {
    String digest = FakeHub.sha256(content);
    manifest(
        name,
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
         "config": {"mediaType": "application/vnd.docker.container.image.v1+json",
                    "digest": "sha256:%1$s", "size": 1},
         "layers": [
           {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:%1$s", "size": 1},
           {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:%1$s", "size": %2$s},
           {"mediaType": "application/vnd.ollama.image.projector", "digest": "sha256:%1$s", "size": 1}]}
        """
            .formatted(digest, content.length));
    return write(ollama.resolve("blobs").resolve("sha256-" + digest), content);
  }

  public Path manifest(String name, String text) {
    return write(ollama.resolve("manifests").resolve(name), text);
  }
}
