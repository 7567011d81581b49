package puna.hub;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.error.ModelNotFoundException;
import puna.hub.ModelReference.AtAddress;
import puna.hub.ModelReference.InRepository;
import puna.hub.net.HubClient;
import puna.hub.net.Listing;
import puna.hub.net.RemoteFile;
import puna.hub.net.Repository;

/// What is to be fetched for a reference: which files, and what describes them afterwards.
record Pull(PulledModel model, List<RemoteFile> files) {
  private static final Pattern SPLIT = Pattern.compile("(.*)-00001-of-(\\d{5})\\.gguf");
  private static final int MOST_PARTS = 1000;

  Pull {
    files = List.copyOf(files);
  }

  /// Where a model lies, and the key of its description there.
  record Place(Path folder, String key) {}

  /// @param home the folder of all models
  static Place place(Path home, ModelReference reference) {
    return switch (reference) {
      case InRepository repository ->
          new Place(
              home.resolve("hub")
                  .resolve(repository.user())
                  .resolve(repository.name() + atRevision(repository)),
              key(repository));
      case AtAddress(java.net.URI uri) -> {
        String host = uri.getHost().replaceAll("[\\[\\]:]", "_");
        String port = uri.getPort() < 0 ? "" : "_" + uri.getPort();
        Path folder = home.resolve("url").resolve(host.toLowerCase(Locale.ROOT) + port);
        Path parent = Path.of(uri.getPath().replaceFirst("^/+", "")).getParent();
        yield new Place(
            parent == null ? folder : folder.resolve(parent), "_" + hash(uri.toString()));
      }
    };
  }

  private static String atRevision(InRepository repository) {
    return repository.revision().equals(Repository.MAIN)
        ? ""
        : "@" + repository.revision().replace("/", "%2F");
  }

  private static String key(InRepository repository) {
    return repository
        .quant()
        .map(quant -> quant.toLowerCase(Locale.ROOT))
        .or(() -> repository.file().map(file -> "_" + hash(file)))
        .orElse("_default");
  }

  private static String hash(String text) {
    var digest = CachedFile.sha256();
    digest.update(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return CachedFile.hex(digest).substring(0, 16);
  }

  /// Asks where the model lies what it is.
  static Pull ask(Place place, ModelReference reference, HubClient client)
      throws InterruptedException {
    return switch (reference) {
      case InRepository repository -> ask(place, repository, client);
      case AtAddress address -> ask(place, address, client);
    };
  }

  private static Pull ask(Place place, InRepository reference, HubClient client)
      throws InterruptedException {
    Listing listing =
        client.listing(new Repository(reference.user(), reference.name(), reference.revision()));
    FileChoice choice = FileChoice.of(reference, listing.files());
    return of(place, reference, listing.commit(), choice);
  }

  private static Pull ask(Place place, AtAddress reference, HubClient client)
      throws InterruptedException {
    Path file = Path.of(reference.uri().getPath()).getFileName();
    if (file == null) {
      throw new ModelNotFoundException(reference.text() + ": must name a file");
    }
    String name = file.toString();
    List<RemoteFile> files = new ArrayList<>();
    for (String part : parts(name)) {
      String address = reference.uri().toString().replace(name, part);
      files.add(client.describe(java.net.URI.create(address), part));
    }
    String version = files.getFirst().content().version().orElse("");
    return of(place, reference, version, new FileChoice(name, files));
  }

  /// The names of all parts of a split model, by the name of its first.
  private static List<String> parts(String name) {
    Matcher split = SPLIT.matcher(name);
    if (!split.matches() || Integer.parseInt(split.group(2)) > MOST_PARTS) {
      return List.of(name);
    }
    List<String> parts = new ArrayList<>();
    for (int part = 1; part <= Integer.parseInt(split.group(2)); part++) {
      String number = Integer.toString(100_000 + part).substring(1);
      parts.add("%s-%s-of-%s.gguf".formatted(split.group(1), number, split.group(2)));
    }
    return parts;
  }

  private static Pull of(Place place, ModelReference reference, String commit, FileChoice choice) {
    List<PulledModel.Part> parts =
        choice.files().stream()
            .map(file -> new PulledModel.Part(file.path(), file.content()))
            .toList();
    PulledModel model =
        new PulledModel(
            place.folder(), place.key(), reference.text(), commit, choice.open(), parts);
    return new Pull(model, choice.files());
  }

  /// What of the reference's quantization an earlier pull of the same folder may have brought.
  static Optional<String> otherKey(ModelReference reference) {
    return reference instanceof InRepository repository
            && repository.quant().isEmpty()
            && repository.file().isEmpty()
        ? Optional.of("q4_k_m") // which is what it would mean
        : Optional.empty();
  }
}
