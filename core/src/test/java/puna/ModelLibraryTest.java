package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static puna.hub.OtherPrograms.gguf;
import static puna.hub.OtherPrograms.llama;
import static puna.hub.OtherPrograms.write;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.hub.OtherPrograms;

class ModelLibraryTest {
  @TempDir Path folder;

  @Test
  void findsWhatCanBeRunAndPassesByTheRest() {
    OtherPrograms programs = new OtherPrograms(folder);
    programs.cached("u/good", "m-Q4_K_M.gguf", llama());
    programs.cached("u/other", "m-Q4_K_M.gguf", gguf("qwen3", Map.of()));
    programs.cached("u/experts", "m-Q4_K_M.gguf", gguf("llama", Map.of("llama.expert_count", 8)));
    programs.cached("u/cut", "m-Q4_K_M.gguf", Arrays.copyOf(llama(), 30));
    programs.cached("u/page", "m-Q4_K_M.gguf", "<html>".getBytes(StandardCharsets.UTF_8));
    programs.cached("u/empty", "m-Q4_K_M.gguf", new byte[0]);
    Path blob =
        programs.pulledByOllama(
            "registry.ollama.ai/library/typed/latest",
            gguf("llama", Map.of("general.file_type", 7)));
    write(programs.lmStudio.resolve("p/broken/model.safetensors"), new byte[8]);
    write(programs.lmStudio.resolve("p/broken/config.json"), "{\"model_type\": \"gpt2\"}");
    write(programs.lmStudio.resolve("p/broken/tokenizer.json"), "{}");

    List<LibraryModel> found = new ModelLibrary(programs.store()).found();
    assertThat(found)
        .extracting(LibraryModel::reference)
        .containsExactlyInAnyOrder("hf.co/u/good:Q4_K_M", "hf.co/u/experts:Q4_K_M", "ollama:typed");
    assertThat(found)
        .extracting(LibraryModel::type)
        .containsExactlyInAnyOrder("Q4_K_M", "Q4_K_M", "Q8_0");
    assertThat(found).extracting(LibraryModel::path).contains(blob);
    assertThat(found)
        .extracting(LibraryModel::from)
        .containsExactlyInAnyOrder("Hugging Face's cache", "Hugging Face's cache", "Ollama");
    assertThat(found).allSatisfy(model -> assertThat(model.architecture()).hasValue("llama"));
  }

  @Test
  void looksThroughHundreds() {
    OtherPrograms programs = new OtherPrograms(folder);
    for (int i = 0; i < 300; i++) {
      write(programs.llamaCpp.resolve("u" + i + "_r_m-Q4_0.gguf"), llama());
      write(programs.llamaCpp.resolve("manifest=u" + i + "=r=latest.json"), "{}");
    }
    assertThat(new ModelLibrary(programs.store()).found()).hasSize(300);
  }
}
