package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.ChatMessage;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// Folders of Hugging Face's kind against transformers.
class HuggingFaceFolderTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf-llama2-f16",
        "hf-smollm2-bf16-sharded",
        "hf-llama31-f32",
        "hf-fp8-tensor",
        "hf-fp8-block"
      })
  void computesWhatTheReferenceComputes(String name) throws IOException {
    try (Llama llama = FormatFixtures.open(FormatFixtures.copy(name, temp), KernelTier.SCALAR)) {
      FormatFixtures.check(llama, name);
      FormatFixtures.checkTokenizer(llama, name);
      checkChats(llama, name);
    }
  }

  private static void checkChats(Llama llama, String name) throws IOException {
    JsonObject expected = FormatFixtures.expected(name);
    if (expected.get("chat").isEmpty()) {
      return;
    }
    for (JsonValue one : ((JsonArray) expected.get("chat").orElseThrow()).elements()) {
      JsonObject chat = (JsonObject) one;
      List<ChatMessage> messages = new ArrayList<>();
      for (JsonValue message : ((JsonArray) chat.get("messages").orElseThrow()).elements()) {
        JsonObject said = (JsonObject) message;
        String content = FormatFixtures.string(said, "content");
        messages.add(
            FormatFixtures.string(said, "role").equals("system")
                ? ChatMessage.system(content)
                : ChatMessage.user(content));
      }
      int[] wanted = llama.tokenizer().encodeWithSpecials(FormatFixtures.string(chat, "text"));
      assertThat(llama.prompt(messages, ChatOptions.defaults()).tokens(llama.tokenizer()))
          .isEqualTo(wanted);
    }
  }

  @Test
  void anyFileOfTheCheckpointMayBeNamed() throws IOException {
    Path folder = FormatFixtures.copy("hf-smollm2-bf16-sharded", temp);
    for (String file :
        List.of(
            "config.json", "model.safetensors.index.json", "model-00003-of-00004.safetensors")) {
      try (Llama llama = FormatFixtures.open(folder.resolve(file), KernelTier.SCALAR)) {
        FormatFixtures.check(llama, "hf-smollm2-bf16-sharded");
      }
    }
    Files.delete(folder.resolve("model.safetensors.index.json"));
    try (Llama llama = FormatFixtures.open(folder, KernelTier.SCALAR)) {
      FormatFixtures.check(llama, "hf-smollm2-bf16-sharded");
    }
  }

  @Test
  void withoutATokenizerIdsAloneAreUnderstood() throws IOException {
    Path folder = FormatFixtures.copy("hf-llama31-f32", temp);
    Files.delete(folder.resolve("tokenizer.json"));
    try (Llama llama = FormatFixtures.open(folder, KernelTier.SCALAR)) {
      FormatFixtures.check(llama, "hf-llama31-f32");
    }
  }
}
