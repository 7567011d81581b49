package puna.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import puna.error.ModelNotFoundException;
import puna.hub.ModelReference.InRepository;
import puna.hub.net.RemoteFile;

/// What a model needs of a repository that has safetensors and no GGUF file.
record Safetensors(InRepository reference, List<RemoteFile> files) {
  private static final String ENDING = ".safetensors";
  private static final Set<String> BESIDE =
      Set.of(
          "config.json",
          "generation_config.json",
          "model.safetensors.index.json",
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "chat_template.jinja",
          "chat_template.json",
          "preprocessor_config.json",
          "processor_config.json");

  static boolean isOne(String path) {
    return path.endsWith(ENDING);
  }

  /// @throws ModelNotFoundException when the repository has no model
  FileChoice choice() {
    List<RemoteFile> weights =
        files.stream()
            .filter(file -> file.path().endsWith(ENDING) && file.path().indexOf('/') < 0)
            .toList();
    // Some repositories have the same weights once more, as their makers' own programs read them.
    List<RemoteFile> usual =
        weights.stream().filter(file -> file.path().startsWith("model")).toList();
    boolean hasConfiguration = files.stream().anyMatch(file -> file.path().equals("config.json"));
    if (weights.isEmpty() || !hasConfiguration) {
      throw new ModelNotFoundException(
          "%s: the repository must have a GGUF file, or config.json and *.safetensors; look for one whose name ends in -GGUF"
              .formatted(reference.text()));
    }
    if (reference.quant().isPresent()) {
      throw new ModelNotFoundException(
          "%s: the repository has no GGUF file, and its safetensors are of one kind; name it without :%s"
              .formatted(reference.text(), reference.quant().get()));
    }
    List<RemoteFile> all = new ArrayList<>(usual.isEmpty() ? weights : usual);
    files.stream().filter(file -> BESIDE.contains(file.path())).forEach(all::add);
    return new FileChoice("", all);
  }
}
