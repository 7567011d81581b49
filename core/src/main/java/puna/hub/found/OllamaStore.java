package puna.hub.found;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.error.ModelNotFoundException;
import puna.text.FileText;

/// Ollama's store: `manifests/HOST/NAMESPACE/MODEL/TAG` names the files in `blobs`.
public record OllamaStore(Path top) {
  private static final String MANIFESTS = "manifests";
  private static final int MOST_MODELS = 20_000;

  /// A model of the store.
  ///
  /// @param reference that means it
  /// @param manifest that describes it
  public record Model(String reference, Path manifest) {}

  /// The program's name, for people.
  public static String program() {
    return "Ollama";
  }

  /// The model of that name in the first of the stores that has it.
  ///
  /// @param reference with its prefix
  /// @throws ModelNotFoundException when none has it, or its files are not what they must be
  public static Path require(List<OllamaStore> stores, String reference) {
    String text = reference.substring(OllamaName.PREFIX.length());
    OllamaName name =
        OllamaName.parse(text)
            .orElseThrow(() ->
                new ModelNotFoundException(
                    "%s: must be ollama:MODEL, with NAMESPACE/ before and :TAG behind it if wanted"
                        .formatted(FileText.line(reference))));
    for (OllamaStore store : stores) {
      Optional<Path> manifest = store.manifest(name);
      if (manifest.isPresent()) {
        return store.open(manifest.get());
      }
    }
    throw new ModelNotFoundException(
        "%s is not in Ollama's store (%s); get it with 'ollama pull %s', or set OLLAMA_MODELS to where it is"
            .formatted(
                name.reference(),
                stores.isEmpty()
                    ? "of which no folder is known"
                    : String.join(
                        ", ", stores.stream().map(store -> store.top.toString()).toList()),
                FileText.line(text)));
  }

  /// The manifest of a name, which Ollama compares without case.
  public Optional<Path> manifest(OllamaName name) {
    Path at = top.resolve(MANIFESTS);
    for (String part : name.parts()) {
      Path exact = at.resolve(part.replace(':', separator()));
      Optional<Path> next =
          Files.exists(exact)
              ? Optional.of(exact)
              : Folders.entries(at).stream()
                  .filter(entry -> Folders.name(entry).equalsIgnoreCase(part))
                  .findFirst();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      at = next.get();
    }
    return Optional.of(at).filter(Files::isRegularFile);
  }

  /// Windows has no colon in names; Ollama writes another letter there.
  private static char separator() {
    return java.io.File.separatorChar == '\\' ? '_' : ':';
  }

  /// The file of weights that a manifest names.
  ///
  /// @throws ModelNotFoundException when it is missing, or not as long as it must be
  public Path open(Path manifest) {
    OllamaManifest.Layer model = OllamaManifest.read(manifest).model();
    Path blob = top.resolve("blobs").resolve(model.blob());
    if (!Files.isRegularFile(blob)) {
      throw new ModelNotFoundException(
          "%s: names the blob %s, which is missing; let Ollama pull the model again"
              .formatted(manifest, blob));
    }
    long bytes;
    try {
      bytes = Files.size(blob);
    } catch (IOException e) {
      throw new ModelNotFoundException("%s: cannot be read: %s".formatted(blob, e), e);
    }
    if (bytes != model.bytes()) {
      throw new ModelNotFoundException(
          "%s: must have the %s bytes that %s tells, found %s; let Ollama pull the model again"
              .formatted(blob, model.bytes(), manifest, bytes));
    }
    return blob;
  }

  /// All models of the store, whole or not.
  public List<Model> models() {
    List<Model> found = new ArrayList<>();
    for (Path host : Folders.folders(top.resolve(MANIFESTS))) {
      for (Path namespace : Folders.folders(host)) {
        for (Path model : Folders.folders(namespace)) {
          for (Path tag : Folders.entries(model)) {
            add(List.of(host, namespace, model, tag), found);
          }
        }
      }
    }
    return found;
  }

  private static void add(List<Path> parts, List<Model> found) {
    if (Files.isRegularFile(parts.getLast()) && found.size() < MOST_MODELS) {
      List<String> names = parts.stream().map(Folders::name).toList();
      OllamaName.of(names.get(0), names.get(1), names.get(2), names.get(3))
          .ifPresent(name -> found.add(new Model(name.reference(), parts.getLast())));
    }
  }
}
