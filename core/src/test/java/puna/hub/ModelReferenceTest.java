package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelNotFoundException;

class ModelReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "hf.co/user/repo, hf.co/user/repo",
    "HF.co/user/Repo-1.5_B:q4_k_m, hf.co/user/Repo-1.5_B:q4_k_m",
    "huggingface.co/user/repo:Q8_0@v1.0, hf.co/user/repo:Q8_0@v1.0",
    "https://hf.co/user/repo:Q8_0, hf.co/user/repo:Q8_0",
    "https://huggingface.co/user/repo/, hf.co/user/repo",
    "user/repo, hf.co/user/repo",
    "user/repo@refs/pr/1, hf.co/user/repo@refs/pr/1",
    "user/repo:m.Q4_0.gguf, hf.co/user/repo:m.Q4_0.gguf",
    "https://huggingface.co/user/repo/blob/main/a/m.gguf, hf.co/user/repo:a/m.gguf",
    "https://huggingface.co/user/repo/resolve/main/m.gguf?download=true, hf.co/user/repo:m.gguf",
    "https://example.org/a/m.gguf?key=secret, https://example.org/a/m.gguf"
  })
  void isReadInAllItsForms(String text, String same) {
    assertThat(ModelReference.parse(text)).get().extracting(ModelReference::text).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smollm2-135m",
        "./user/repo",
        "../user/repo",
        "/user/repo",
        "~/models/m",
        "models/m.gguf",
        "a/b/c",
        "a\\b",
        "C:\\m.gguf",
        "user/",
        "/",
        ""
      })
  void pathsAndNamesAreNone(String text) {
    assertThat(ModelReference.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf.co/",
        "hf.co/user",
        "hf.co/user/repo/more",
        "hf.co/us er/repo",
        "hf.co/../repo",
        "hf.co/user/..",
        "hf.co/user/repo:",
        "hf.co/user/repo:Q4/0",
        "hf.co/user/repo:../m.gguf",
        "hf.co/user/repo@",
        "hf.co/user/repo@../main",
        "hf.co/user/repo@a b",
        "http://example.org/m.gguf",
        "https://example.org/m.bin",
        "https://example.org/../m.gguf",
        "https://me:secret@example.org/m.gguf",
        "https:///m.gguf",
        "https://huggingface.co/user/repo/blob/main/../../m.gguf"
      })
  void whatBreaksARuleIsRefusedWithTheForms(String text) {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> ModelReference.parse(text))
        .withMessageContaining("write hf.co/USER/REPOSITORY");
  }
}
