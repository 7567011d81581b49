package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.error.ModelNotFoundException;
import puna.hub.ModelReference.InRepository;
import puna.hub.net.RemoteFile;

class FileChoiceTest {
  private static FileChoice choose(String reference, String... paths) {
    List<RemoteFile> files =
        Arrays.stream(paths)
            .map(path ->
                new RemoteFile(
                    URI.create("http://127.0.0.1/"),
                    path,
                    new RemoteFile.Content(1, Optional.empty(), Optional.empty())))
            .toList();
    return FileChoice.of((InRepository) ModelReference.parse(reference).orElseThrow(), files);
  }

  private static List<String> paths(FileChoice choice) {
    return choice.files().stream().map(RemoteFile::path).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "u/r, m-Q4_K_M.gguf",
    "u/r:q4_k_m, m-Q4_K_M.gguf",
    "u/r:Q4_K_S, m-Q4_K_S.gguf",
    "u/r:Q4_0, m-Q4_0.gguf",
    "u/r:IQ4_XS, m-IQ4_XS.gguf",
    "u/r:Q8_0, m.q8_0.gguf",
    "u/r:f16, m_f16.gguf",
    "u/r:m-Q4_0, m-Q4_0.gguf",
    "u/r:m-Q4_0.gguf, m-Q4_0.gguf"
  })
  void aQuantizationIsAWholeWordOfAName(String reference, String expected) {
    FileChoice choice =
        choose(
            reference,
            "README.md",
            "m-IQ4_K_M.gguf",
            "m-IQ4_XS.gguf",
            "m-Q4_0.gguf",
            "m-Q4_0_4_4.gguf",
            "m-Q4_K_M.gguf",
            "m-Q4_K_M_L.gguf",
            "m-Q4_K_S.gguf",
            "m.q8_0.gguf",
            "m_f16.gguf",
            "m-imatrix.gguf");
    assertThat(choice.open()).isEqualTo(expected);
    assertThat(paths(choice)).containsExactly(expected);
  }

  @Test
  void withoutANameTheMostWantedIsTaken() {
    assertThat(choose("u/r", "m-Q8_0.gguf", "m-Q4_0.gguf").open()).isEqualTo("m-Q4_0.gguf");
    assertThat(choose("u/r", "m-Q8_0.gguf", "m-F32.gguf").open()).isEqualTo("m-Q8_0.gguf");
    assertThat(choose("u/r", "odd.gguf").open()).isEqualTo("odd.gguf");
  }

  @Test
  void partsBelongTogether() {
    FileChoice choice =
        choose(
            "u/r:Q8_0",
            "Q8_0/m-Q8_0-00002-of-00002.gguf",
            "Q8_0/m-Q8_0-00001-of-00002.gguf",
            "m-Q4_K_M.gguf");
    assertThat(choice.open()).isEqualTo("Q8_0/m-Q8_0-00001-of-00002.gguf");
    assertThat(choice.files()).hasSize(2);
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> choose("u/r:Q8_0", "m-Q8_0-00002-of-00002.gguf"))
        .withMessageContaining("must have its 2 parts");
  }

  @Test
  void aFolderMayNameTheQuantization() {
    assertThat(choose("u/r:BF16", "BF16/model.gguf", "Q4_0/model.gguf").open())
        .isEqualTo("BF16/model.gguf");
    assertThat(choose("u/r", "BF16/model.gguf", "Q4_0/model.gguf").open())
        .isEqualTo("Q4_0/model.gguf");
  }

  @Test
  void anImageEncoderBesideItComesToo() {
    FileChoice choice =
        choose("u/r:Q4_0", "m-Q4_0.gguf", "mmproj-m-Q8_0.gguf", "mmproj-m-f16.gguf");
    assertThat(choice.open()).isEqualTo("m-Q4_0.gguf");
    assertThat(paths(choice)).containsExactly("m-Q4_0.gguf", "mmproj-m-f16.gguf");
  }

  @Test
  void severalOrNoneAreToldWithWhatThereIs() {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> choose("u/r:Q4_0", "a-Q4_0.gguf", "b-Q4_0.gguf"))
        .withMessage(
            "hf.co/u/r:Q4_0 may mean several files; name one of them behind the colon: a-Q4_0.gguf, b-Q4_0.gguf");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> choose("u/r:Q5_0", "a-Q4_0.gguf"))
        .withMessage("hf.co/u/r:Q5_0: there is no GGUF file of \"Q5_0\"; there is: a-Q4_0.gguf");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> choose("u/r:b.gguf", "a-Q4_0.gguf"))
        .withMessageContaining("no file \"b.gguf\"");
  }

  @Test
  void safetensorsAreTakenWhereThereIsNoGguf() {
    FileChoice choice =
        choose(
            "u/r",
            "README.md",
            "config.json",
            "consolidated.safetensors",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "original/consolidated.00.pth",
            "tokenizer.json");
    assertThat(choice.open()).isEmpty();
    assertThat(paths(choice))
        .containsExactlyInAnyOrder(
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "tokenizer.json");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> choose("u/r:Q4_0", "config.json", "model.safetensors"))
        .withMessageContaining("name it without :Q4_0");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> choose("u/r", "pytorch_model.bin", "config.json"))
        .withMessageContaining("must have a GGUF file");
  }
}
