package puna.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Where other programs keep models on this machine, by their own rules and variables. A folder
/// need not exist.
public record ProgramFolders(
    List<Path> huggingFace, List<Path> ollama, List<Path> lmStudio, List<Path> llamaCpp) {
  /// No folder of any program.
  public static final ProgramFolders NONE =
      new ProgramFolders(List.of(), List.of(), List.of(), List.of());

  public ProgramFolders {
    huggingFace = List.copyOf(huggingFace);
    ollama = List.copyOf(ollama);
    lmStudio = List.copyOf(lmStudio);
    llamaCpp = List.copyOf(llamaCpp);
  }

  /// What the environment says.
  public static ProgramFolders ofEnvironment() {
    return of(
        name -> Settings.variable(name).flatMap(text -> Settings.path(text.value())),
        Settings.userFolder(),
        Settings.platformCache());
  }

  /// @param variable the folder that an environment variable names
  /// @param home the user's home
  /// @param cache the user's cache folder by the platform's convention
  static ProgramFolders of(
      Function<String, Optional<Path>> variable, Optional<Path> home, Optional<Path> cache) {
    Optional<Path> hub =
        variable
            .apply("HF_HUB_CACHE")
            .or(() -> variable.apply("HUGGINGFACE_HUB_CACHE"))
            .or(() -> variable.apply("HF_HOME").map(folder -> folder.resolve("hub")))
            .or(() ->
                variable
                    .apply("XDG_CACHE_HOME")
                    .or(() -> home.map(folder -> folder.resolve(".cache")))
                    .map(folder -> folder.resolve("huggingface").resolve("hub")));
    return new ProgramFolders(
        hub.stream().toList(),
        all(
            List.of(
                variable.apply("OLLAMA_MODELS"),
                below(home, ".ollama", "models"),
                // Where Ollama runs as a service of the system.
                below(Optional.of(Path.of("/usr/share/ollama")), ".ollama", "models"))),
        all(
            List.of(
                below(home, ".lmstudio", "models"), below(home, ".cache", "lm-studio", "models"))),
        all(List.of(variable.apply("LLAMA_CACHE"), below(cache, "llama.cpp"))));
  }

  private static Optional<Path> below(Optional<Path> folder, String first, String... more) {
    return folder.map(top -> top.resolve(Path.of(first, more)));
  }

  private static List<Path> all(List<Optional<Path>> folders) {
    return folders.stream().flatMap(Optional::stream).distinct().toList();
  }
}
