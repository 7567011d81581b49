package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static puna.hub.OtherPrograms.COMMIT;
import static puna.hub.OtherPrograms.llama;
import static puna.hub.OtherPrograms.write;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelDownloadException;
import puna.error.ModelException;
import puna.error.ModelNotFoundException;

class FoundModelsTest {
  private static final String LLAMA32 = "registry.ollama.ai/library/llama3.2/latest";

  @TempDir Path folder;
  private OtherPrograms programs;
  private ModelStore store;

  @BeforeEach
  void makeFolders() {
    programs = new OtherPrograms(folder);
    store = programs.store();
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, Path> listed() {
    return store.found().stream()
        .collect(java.util.stream.Collectors.toMap(FoundModel::reference, FoundModel::path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf.co/u/r:Q4_K_M",
        "u/r:q4_k_m",
        "hf.co/u/r",
        "https://hf.co/u/r",
        "hf.co/u/r:m-Q4_K_M.gguf"
      })
  void opensWhatTheHubsToolsHaveCached(String reference) {
    Path file = programs.cached("u/r", "m-Q4_K_M.gguf", llama());
    programs.cached("u/r", "m-Q8_0.gguf", llama());
    assertThat(store.resolve(reference)).isEqualTo(file);
    assertThat(listed()).containsEntry("hf.co/u/r:Q4_K_M", file).hasSize(2);
  }

  @Test
  void opensARevisionByItsCommitAndOthersNot() {
    Path file = programs.cached("u/r", "m-Q4_K_M.gguf", llama());
    assertThat(store.resolve("hf.co/u/r@" + COMMIT)).isEqualTo(file);
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(() -> store.resolve("hf.co/u/r@v2"))
        .withMessageContaining("this test forbids");
  }

  @Test
  void opensASplitModelByItsFirstPartWhereAllAreThere() {
    Path first = programs.cached("u/r", "q/m-00001-of-00002.gguf", llama());
    assertThat(store.found()).isEmpty();
    Path _ = programs.cached("u/r", "q/m-00002-of-00002.gguf", llama());
    assertThat(store.resolve("u/r")).isEqualTo(first);
    assertThat(listed()).containsOnlyKeys("hf.co/u/r");
  }

  @Test
  void opensAFolderOfSafetensorsOnceItIsWhole() {
    programs.cached("u/r", "config.json", json("{\"model_type\": \"llama\"}"));
    programs.cached("u/r", "model.safetensors.index.json", json("{}"));
    programs.cached("u/r", "model-00001-of-00002.safetensors", new byte[10]);
    programs.cached("u/r", "tokenizer.json", json("{}"));
    assertThat(store.found()).isEmpty();
    assertThatExceptionOfType(ModelDownloadException.class).isThrownBy(() -> store.resolve("u/r"));
    Path part = programs.cached("u/r", "model-00002-of-00002.safetensors", new byte[10]);
    assertThat(store.resolve("u/r")).isEqualTo(part.getParent());
    assertThat(listed()).containsEntry("hf.co/u/r", part.getParent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../etc", "", "main", "0123", "\u0000", "/etc/passwd"})
  void aRefThatIsNoCommitLeadsNowhere(String ref) {
    programs.cached("u/r", "m-Q4_K_M.gguf", llama());
    write(programs.huggingFace.resolve("models--u--r/refs/main"), ref);
    assertThat(store.found()).isEmpty();
    assertThatExceptionOfType(ModelDownloadException.class).isThrownBy(() -> store.resolve("u/r"));
  }

  @Test
  void linksThatLeadInCirclesOrNowhereArePassedBy() throws IOException {
    Path file = programs.cached("u/r", "m-Q4_K_M.gguf", llama());
    Files.createSymbolicLink(file.resolveSibling("again"), file.getParent());
    Files.createSymbolicLink(file.resolveSibling("gone-Q4_K_M.gguf"), folder.resolve("nothing"));
    Path self = file.resolveSibling("self-Q4_K_M.gguf");
    Files.createSymbolicLink(self, self);
    assertThat(store.resolve("u/r:Q4_K_M")).isEqualTo(file);
    assertThat(listed()).hasSize(1);
  }

  @Test
  void opensWhatLmStudioHas() {
    Path file = write(programs.lmStudio.resolve("pub/Repo-GGUF/Repo-Q8_0.gguf"), llama());
    write(programs.lmStudio.resolve("pub/Repo-GGUF/mmproj-F16.gguf"), llama());
    assertThat(store.resolve("hf.co/pub/Repo-GGUF:Q8_0")).isEqualTo(file);
    assertThat(store.resolve("pub/Repo-GGUF")).isEqualTo(file);
    assertThat(listed()).containsOnlyKeys("hf.co/pub/Repo-GGUF:Q8_0");
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(() -> store.resolve("pub/Repo-GGUF:Q4_0"));
  }

  @Test
  void theSecondCopyOfAModelIsListedByItsPath() {
    Path first = programs.cached("u/r", "m-Q8_0.gguf", llama());
    Path second = write(programs.lmStudio.resolve("u/r/m-Q8_0.gguf"), llama());
    assertThat(listed())
        .containsOnly(Map.entry("hf.co/u/r:Q8_0", first), Map.entry(second.toString(), second));
  }

  @Test
  void opensWhatLlamaCppHasCached() {
    Path file = write(programs.llamaCpp.resolve("ggml-org_m-GGUF_m-q4_0.gguf"), llama());
    assertThat(store.resolve("ggml-org/m-GGUF:Q4_0")).isEqualTo(file);
    assertThat(listed()).containsOnlyKeys(file.toString());
    write(programs.llamaCpp.resolve("manifest=ggml-org=m-GGUF=latest.json"), "{}");
    assertThat(listed()).containsOnlyKeys("hf.co/ggml-org/m-GGUF:Q4_0");
  }

  @Test
  void whatLlamaCppWroteBesideAFileTellsWhoseItIs() {
    Path file = write(programs.llamaCpp.resolve("a_b_c_m-Q4_0.gguf"), llama());
    assertThat(store.resolve("a/b_c:Q4_0")).isEqualTo(file);
    write(programs.llamaCpp.resolve("manifest=a=b_c=latest.json"), "{}");
    assertThatExceptionOfType(ModelDownloadException.class).isThrownBy(() -> store.resolve("a/b"));
    assertThat(store.resolve("a/b_c")).isEqualTo(file);

    write(
        programs.llamaCpp.resolve("a_b_c_m-Q4_0.gguf.json"),
        "{\"url\": \"https://huggingface.co/a/b/resolve/main/c_m-Q4_0.gguf\"}");
    assertThat(store.resolve("a/b")).isEqualTo(file);
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(() -> store.resolve("a/b_c"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ollama:llama3.2",
        "ollama:llama3.2:latest",
        "ollama:Llama3.2",
        "ollama:library/llama3.2",
        "ollama:registry.ollama.ai/library/llama3.2:latest"
      })
  void opensWhatOllamaHas(String reference) {
    Path blob = programs.pulledByOllama(LLAMA32, llama());
    assertThat(store.resolve(reference)).isEqualTo(blob);
    assertThat(store.pull(reference, (_, _) -> {})).isEqualTo(blob);
    assertThat(listed()).containsOnly(Map.entry("ollama:llama3.2", blob));
  }

  @Test
  void opensWhatOllamaHasOfTheHub() {
    Path blob = programs.pulledByOllama("hf.co/u/Repo-GGUF/Q8_0", llama());
    assertThat(store.resolve("hf.co/u/repo-gguf:q8_0")).isEqualTo(blob);
    assertThat(listed()).containsOnlyKeys("ollama:hf.co/u/Repo-GGUF:Q8_0");
    assertThat(store.resolve("ollama:hf.co/u/Repo-GGUF:Q8_0")).isEqualTo(blob);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ollama:",
        "ollama:../../etc/passwd",
        "ollama:a/../b/c",
        "ollama:/etc/passwd",
        "ollama:a//b",
        "ollama:a/b/c/d/e",
        "ollama:m:../x",
        "ollama:m:",
        "ollama:m\u0000",
        "ollama:m\u001b[31m"
      })
  void refusesNamesThatAreNone(String reference) {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> store.resolve(reference))
        .withMessageContaining("must be ollama:MODEL");
  }

  @Test
  void saysWhereItLookedForOllamasModels() {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> store.resolve("ollama:absent"))
        .withMessageContainingAll(programs.ollama.toString(), "'ollama pull absent'");
  }

  static Stream<List<String>> hostileManifests() {
    String layer =
        "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.model\", \"digest\": \"%s\", \"size\": %s}]}";
    String good = "sha256:" + "a".repeat(64);
    String rule = "must name layers by sha256:";
    return Stream.of(
        List.of("", "must be JSON"),
        List.of("{", "must be JSON"),
        List.of("[".repeat(100_000), "must be JSON"),
        List.of("{\"layers\": " + "[".repeat(1000) + "]".repeat(1000) + "}", "must be JSON"),
        List.of("[]", "must have an array of layers"),
        List.of("{}", "must have an array of layers"),
        List.of("{\"layers\": {}}", "must have an array of layers"),
        List.of("{\"layers\": []}", "found 0"),
        List.of("{\"layers\": [1]}", rule),
        List.of("{\"layers\": [" + "1,".repeat(5000) + "1]}", "at most 1000 layers"),
        List.of(layer.formatted("sha256:../../../../etc/passwd", 1), rule),
        List.of(layer.formatted("sha256-" + "a".repeat(64), 1), rule),
        List.of(layer.formatted("/etc/passwd", 1), rule),
        List.of(layer.formatted("sha256:" + "A".repeat(64), 1), rule),
        List.of(layer.formatted("sha256:" + "a".repeat(63) + "/", 1), rule),
        List.of(layer.formatted("sha256:" + "a".repeat(64) + "\\n", 1), rule),
        List.of(layer.formatted("sha512:" + "a".repeat(128), 1), rule),
        List.of(layer.formatted(good, -1), "must tell each layer's size"),
        List.of(layer.formatted(good, "1e300"), "must tell each layer's size"),
        List.of(layer.formatted(good, "99999999999999999999"), "must tell each layer's size"),
        List.of(layer.formatted(good, "\"1\""), "must tell each layer's size"),
        List.of(layer.formatted(good, 1), "which is missing"),
        List.of(
            layer.formatted(good, 1).replace("]}", "," + layer.formatted(good, 1).substring(12)),
            "found 2"),
        List.of(" ".repeat(2 << 20) + "{}", "at most 1048576 bytes"));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("hostileManifests")
  void refusesHostileManifests(List<String> manifestAndRule) {
    programs.pulledByOllama("registry.ollama.ai/library/good/latest", llama());
    Path manifest = programs.manifest(LLAMA32, manifestAndRule.getFirst());
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> store.resolve("ollama:llama3.2"))
        .withMessageContainingAll(manifest.toString(), manifestAndRule.getLast())
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000).doesNotContain("\n"));
    assertThat(listed()).containsOnlyKeys("ollama:good");
  }

  @Test
  void refusesABlobOfAnotherLengthAndAManifestThatIsALinkToItself() throws IOException {
    Path blob = programs.pulledByOllama(LLAMA32, llama());
    write(blob, new byte[3]);
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> store.resolve("ollama:llama3.2"))
        .withMessageContainingAll(blob.toString(), "found 3");
    Path manifest = programs.ollama.resolve("manifests").resolve(LLAMA32);
    Files.delete(manifest);
    Files.createSymbolicLink(manifest, manifest);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> store.resolve("ollama:llama3.2"));
    assertThat(store.found()).isEmpty();
  }

  @Test
  void changesNothingThere() throws IOException {
    programs.cached("u/r", "m-Q4_K_M.gguf", llama());
    programs.pulledByOllama(LLAMA32, llama());
    List<String> before = everything();
    store.resolve("u/r");
    store.resolve("ollama:llama3.2");
    store.found();
    for (String reference : List.of("u/r", "ollama:llama3.2")) {
      assertThatExceptionOfType(ModelNotFoundException.class)
          .isThrownBy(() -> store.remove(reference));
    }
    assertThat(everything()).isEqualTo(before);
  }

  private List<String> everything() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().map(Path::toString).toList();
    }
  }
}
