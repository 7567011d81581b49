package puna.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgramFoldersTest {
  private static final Path HOME = Path.of("/home/u");

  private static ProgramFolders of(Map<String, String> variables) {
    return ProgramFolders.of(
        name -> Optional.ofNullable(variables.get(name)).map(Path::of),
        Optional.of(HOME),
        Optional.of(HOME.resolve(".cache")));
  }

  @Test
  void areThoseOfTheProgramsByDefault() {
    ProgramFolders folders = of(Map.of());
    assertThat(folders.huggingFace()).containsExactly(HOME.resolve(".cache/huggingface/hub"));
    assertThat(folders.ollama())
        .containsExactly(
            HOME.resolve(".ollama/models"), Path.of("/usr/share/ollama/.ollama/models"));
    assertThat(folders.lmStudio())
        .containsExactly(HOME.resolve(".lmstudio/models"), HOME.resolve(".cache/lm-studio/models"));
    assertThat(folders.llamaCpp()).containsExactly(HOME.resolve(".cache/llama.cpp"));
  }

  @Test
  void followTheProgramsVariables() {
    assertThat(of(Map.of("HF_HUB_CACHE", "/a", "HF_HOME", "/b")).huggingFace())
        .containsExactly(Path.of("/a"));
    assertThat(of(Map.of("HF_HOME", "/b", "XDG_CACHE_HOME", "/c")).huggingFace())
        .containsExactly(Path.of("/b/hub"));
    assertThat(of(Map.of("XDG_CACHE_HOME", "/c")).huggingFace())
        .containsExactly(Path.of("/c/huggingface/hub"));
    assertThat(of(Map.of("OLLAMA_MODELS", "/o")).ollama()).startsWith(Path.of("/o"));
    assertThat(of(Map.of("LLAMA_CACHE", "/l")).llamaCpp()).startsWith(Path.of("/l"));
  }

  @Test
  void areFewerForAUserWithoutAHome() {
    ProgramFolders folders =
        ProgramFolders.of(_ -> Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(folders.huggingFace()).isEmpty();
    assertThat(folders.lmStudio()).isEmpty();
  }
}
