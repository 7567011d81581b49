package puna.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import puna.error.ModelNotFoundException;

/// Everything that lies in a store.
record StoredModels(
    EmbeddedModels embedded, Function<EmbeddedModel, CachedFile> cached, HubModels pulled) {
  List<StoredModel> list() {
    List<StoredModel> models = new ArrayList<>();
    for (String name : embedded.names()) {
      placed(name).ifPresent(models::add);
    }
    pulled.list().stream().map(StoredModels::stored).forEach(models::add);
    models.sort(Comparator.comparing(StoredModel::reference));
    return List.copyOf(models);
  }

  private Optional<StoredModel> placed(String name) {
    try {
      return embedded
          .find(name)
          .filter(model -> cached.apply(model).isAsVerified())
          .map(model -> {
            Path file = cached.apply(model).file();
            return new StoredModel(
                name,
                model.bytes(),
                0,
                FileChoice.quantization(model.file()).orElse("GGUF"),
                "comes with Puna",
                changed(file),
                file);
          });
    } catch (ModelNotFoundException _) {
      return Optional.empty(); // a damaged artifact is said where models are known by name
    }
  }

  private static StoredModel stored(PulledModel model) {
    return new StoredModel(
        model.reference(),
        model.bytes(),
        model.bytes() - model.presentBytes(),
        model.open().isEmpty()
            ? "safetensors"
            : FileChoice.quantization(model.open()).orElse("GGUF"),
        from(model),
        changed(model.description()),
        model.path());
  }

  private static String from(PulledModel model) {
    String place = model.reference().startsWith("hf.co/") ? "huggingface.co" : "its address";
    return model.commit().matches("[0-9a-f]{40}")
        ? place + " at " + model.commit().substring(0, 7)
        : place;
  }

  private static Optional<Instant> changed(Path file) {
    try {
      return Optional.of(Files.getLastModifiedTime(file).toInstant());
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
