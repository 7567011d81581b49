package puna.checkpoint.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.FormatFixtures;
import puna.KernelTier;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.TestSeed;
import puna.checkpoint.Mutations;
import puna.error.ModelException;
import puna.error.ModelFormatException;

/// Folders that are broken, contradict themselves or lead elsewhere: each is a message of one line
/// that names file, place, rule and finding.
class BrokenFoldersTest {
  private static final long SEED = TestSeed.of(20261130);
  private static final byte[] SPECIAL = "{}[]\",:0912-eE.x\0\n".getBytes(StandardCharsets.UTF_8);
  private static final int ROUNDS = Boolean.getBoolean("puna.test.thorough") ? 10_000 : 300;

  @TempDir Path temp;
  private Path folder = Path.of("");

  @BeforeEach
  void copies() throws IOException {
    folder = FormatFixtures.copy("hf-smollm2-bf16-sharded", temp);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          "model_type": "llama"          | "model_type": "qwen2"          | config.json: $.model_type must be "llama", "mistral", "mixtral", "llama4" or "llama4_text", those that this version of Puna runs, found "qwen2"
          "hidden_act": "silu"           | "hidden_act": "gelu"           | config.json: $.hidden_act must be "silu", found "gelu"
          "hidden_size": 32              | "hidden_size": 0               | config.json: $.hidden_size must be an integer in 1..16777216, found 0
          "hidden_size": 32              | "hidden_size": 64              | token_embd.weight must be 64 × 512 by the file's metadata, found 32 × 512
          "hidden_size": 32              | "hidden_size": "32"            | config.json: $.hidden_size must be an integer in 1..16777216, found "32"
          "num_hidden_layers": 3         | "num_hidden_layers": 4         | blk.3.attn_norm.weight
          "num_hidden_layers": 3         | "num_hidden_layers": 2         | that nothing reads: blk.2.
          "num_hidden_layers": 3         | "num_hidden_layers": 16777216  | llama.block_count must be between 1 and 4096, found 16777216
          "num_attention_heads": 4       | "num_attention_heads": 3       | tensor model.layers.0.self_attn.q_proj.weight must have 24 rows, 3 heads of an even size 8, found 32
          "num_key_value_heads": 2       | "num_key_value_heads": 3       | tensor model.layers.0.self_attn.k_proj.weight must have 24 rows, 3 heads of an even size 8, found 16
          "head_dim": 8                  | "head_dim": 7                  | heads of an even size 7, found
          "intermediate_size": 80        | "intermediate_size": 81        | must be 32 × 81 by the file's metadata, found 32 × 80
          "rms_norm_eps": 1e-05          | "rms_norm_eps": "small"        | config.json: $.rms_norm_eps must be a finite number, found "small"
          "rms_norm_eps": 1e-05          | "rms_norm_eps": 2              | layer_norm_rms_epsilon must be at least 0 and below 1, found 2.0
          "rope_type": "default"         | "rope_type": "longrope"        | config.json: $.rope_parameters must be of type default, llama3, linear, dynamic or yarn, "longrope" is not supported
          "rope_type": "default"         | "rope_type": "llama3"          | config.json: $.rope_parameters.factor must be a finite number, found nothing
          "rope_type": "default"         | "rope_type": "linear", "factor": -1 | config.json: $.rope_parameters.factor must be above 0, found -1
          "tie_word_embeddings": true    | "tie_word_embeddings": false   | config.json: where tie_word_embeddings is not true there must be a tensor lm_head.weight, found none
          "tie_word_embeddings": true    | "tie_word_embeddings": true, "quantization_config": {"quant_method": "gptq"} | config.json: $.quantization_config.quant_method must be fp8 or compressed-tensors: GPTQ weights are not read, take the model's GGUF or its unquantized files, found "gptq"
          "vocab_size": 512              | "vocab_size": 512, "partial_rotary_factor": 0.5 | config.json: $.partial_rotary_factor must be 1, found 0.5
          "eos_token_id": 2              | "eos_token_id": 512            | ids of BOS and EOS tokens must be below 512, found 512 beside it
          "eos_token_id": 2              | "eos_token_id": [2, -1]        | config.json: $.eos_token_id[1] must be an integer in 0..4194303, found -1
          {                              | [                              | config.json
          """)
  void theConfigurationIsChecked(String from, String to, String message) throws IOException {
    edit("config.json", from, to);
    assertRefused(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          "model-00004-of-00004.safetensors" | "../config.safetensors"  | must be a .safetensors file of this folder, found "../config.safetensors"
          "model-00004-of-00004.safetensors" | "/etc/passwd"            | must be a .safetensors file of this folder, found "/etc/passwd"
          "model-00004-of-00004.safetensors" | "a/b.safetensors"        | must be a .safetensors file of this folder, found "a/b.safetensors"
          "model-00004-of-00004.safetensors" | 4                        | must be a string, found 4
          "model-00004-of-00004.safetensors" | "x.safetensors"          | all files of weights must be there, missing 1 of
          "model-00004-of-00004.safetensors" | "model-00001-of-00004.safetensors" | model-00001-of-00004.safetensors: the index places tensor
          "weight_map"                       | "weights"                | $.weight_map must be an object, found nothing
          """)
  void theIndexIsChecked(String from, String to, String message) throws IOException {
    edit("model.safetensors.index.json", from, to);
    assertRefused(message);
  }

  @Test
  void missingPartsAreNamed() throws IOException {
    Files.delete(folder.resolve("model-00002-of-00004.safetensors"));
    assertRefused("missing 1 of 4: model-00002-of-00004.safetensors");
    Files.delete(folder.resolve("model.safetensors.index.json"));
    assertRefused("missing 1 of 4: model-00002-of-00004.safetensors");
    Files.delete(folder.resolve("config.json"));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> open(folder.resolve("model-00001-of-00004.safetensors")))
        .withMessageContaining("weights alone are no model: config.json must lie beside them");
  }

  @Test
  void partsThatHoldTheSameAreRefused() throws IOException {
    Files.copy(
        folder.resolve("model-00001-of-00004.safetensors"),
        folder.resolve("model-00002-of-00004.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.delete(folder.resolve("model.safetensors.index.json"));
    assertRefused("may occur once, found it in an earlier file too");
  }

  @Test
  void scalesMustFitTheCodes() throws IOException {
    folder = FormatFixtures.copy("hf-fp8-block", temp);
    edit("config.json", "   16,", "   8,");
    assertRefused("blocks of 8 × 32 need scales [");
    edit("config.json", "\"weight_block_size\"", "\"other\"");
    assertRefused("scales must be one, one a row, or by blocks that the configuration gives");
  }

  @Test
  void codesWithoutScalesAreRefused() throws IOException {
    folder = FormatFixtures.copy("hf-fp8-tensor", temp);
    Path weights = folder.resolve("model.safetensors");
    String bytes = Files.readString(weights, StandardCharsets.ISO_8859_1);
    Files.writeString(
        weights,
        bytes.replace("q_proj.weight_scale", "q_proj.weight_trace"),
        StandardCharsets.ISO_8859_1);
    assertRefused("codes need weight_scale beside them, found none");
  }

  @Test
  void changedFilesOpenOrAreRefused() throws IOException {
    Path config = folder.resolve("config.json");
    Path index = folder.resolve("model.safetensors.index.json");
    Path weights = folder.resolve("model-00001-of-00004.safetensors");
    Path tokenizer = folder.resolve("tokenizer_config.json");
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      Path file = Arrays.asList(config, index, weights, tokenizer).get(random.nextInt(4));
      byte[] original = Files.readAllBytes(file);
      int[] edges = {Math.min(original.length, 4000), original.length}; // mostly weights' header
      Files.write(file, Mutations.mutate(original, edges, SPECIAL, random));
      try {
        open(folder);
      } catch (ModelException e) {
        refused++;
        assertThat(e.getMessage()).as("seed %s", SEED + round).doesNotContain("\n");
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
      Files.write(file, original);
    }
    assertThat(refused).as("seed %s", SEED).isBetween(1, ROUNDS - 1);
  }

  private void assertRefused(String message) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private static void open(Path model) {
    Llama.open(
            ModelSource.file(model),
            LlamaOptions.defaults().withTier(KernelTier.SCALAR).withContextLength(64))
        .close();
  }

  private void edit(String file, String from, String to) throws IOException {
    String text = Files.readString(folder.resolve(file));
    assertThat(text).contains(from);
    Files.writeString(
        folder.resolve(file), text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to)));
  }
}
