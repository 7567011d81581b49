package puna.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.checkpoint.GoldenCheckpoint;
import puna.error.ModelFormatException;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.gguf.GgufWriter;
import puna.gguf.MetadataType;
import puna.gguf.SplitLimit;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.token.Tokenizer;

class GgufConversionTest {
  private static final String[] TEXTS = {
    "",
    " ",
    "Hello, world!",
    "  Licensed under   the Apache License, Version 2.0 (the \"License\");\n\n",
    "1234567 tokens, 3.14 of them: don't, they'LL we've",
    "naïve café — 你好 🙂\t\r\n",
    "<|im_start|>user\nhi<|im_end|> <s> [INST] </s>",
    "\u0000\u0001 ▁ Ġ"
  };

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"hf-llama2-f16", "hf-smollm2-bf16-sharded", "hf-llama31-f32", "hf-fp8-block"})
  void writesWhatLlamaCppsConverterWrites(String name) throws IOException {
    Path file = convert(fixture(name), Optional.empty(), SplitLimit.NONE).getFirst();
    assertThat(file).hasSameBinaryContentAs(fixture(name + ".gguf"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf-llama2-f16",
        "hf-smollm2-bf16-sharded",
        "hf-llama31-f32",
        "hf-fp8-tensor",
        "meta-1part",
        "meta-2parts",
        "meta-llama3-2parts",
        "llama2c-v0",
        "llama2c-v1",
        "llama2c-v2"
      })
  void keepsTheTokenizer(String name) throws IOException {
    Path source = name.startsWith("hf-") ? fixture(name) : GoldenCheckpoint.named(name).folder();
    Path file = convert(source, Optional.empty(), SplitLimit.NONE).getFirst();
    try (ModelContents before = ModelFiles.open(source);
        ModelContents after = ModelFiles.open(file)) {
      ModelWarnings warnings = new ModelWarnings();
      Tokenizer one = before.tokenizer(warnings);
      Tokenizer other = after.tokenizer(warnings);
      assertThat(other.vocabularySize()).isEqualTo(one.vocabularySize());
      assertThat(other.addsBos()).isEqualTo(one.addsBos());
      for (String text : TEXTS) {
        int[] ids = one.encode(text);
        assertThat(other.encode(text)).as(text).isEqualTo(ids);
        assertThat(other.decode(ids)).as(text).isEqualTo(one.decode(ids));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf-llama2-f16", "hf-smollm2-bf16-sharded"})
  void keepsTheLogitsOfModelsOf16Bits(String name) throws IOException {
    Path file = convert(fixture(name), Optional.empty(), SplitLimit.NONE).getFirst();
    int[] prompt = {1, 20, 300, 4, 501, 66};
    try (ModelContents before = ModelFiles.open(fixture(name));
        ModelContents after = ModelFiles.open(file)) {
      GoldenCheckpoint.Run one = GoldenCheckpoint.Run.of(before, prompt, 4);
      GoldenCheckpoint.Run other = GoldenCheckpoint.Run.of(after, prompt, 4);
      assertThat(other.logits()).isEqualTo(one.logits());
      assertThat(other.greedy()).isEqualTo(one.greedy());
    }
  }

  @ParameterizedTest
  @CsvSource({"Q4_0, 2", "Q8_0, 7", "Q4_K, 14", "F32, 0", "BF16, 32"})
  void convertsMatricesToTheTypeThatIsAskedFor(TensorType type, long fileType) throws IOException {
    for (String name : List.of("hf-smollm2-bf16-sharded", "hf-smollm2-bf16-sharded.gguf")) {
      Path file = convert(fixture(name), Optional.of(type), SplitLimit.NONE).getFirst();
      try (ModelContents converted = ModelFiles.open(file)) {
        assertThat(converted.metadata().requireInteger("general.file_type")).isEqualTo(fileType);
        TensorType expected = type == TensorType.Q4_K ? TensorType.Q8_0 : type; // rows of 32
        assertThat(converted.find("blk.1.ffn_up.weight").map(Tensor::type)).contains(expected);
        assertThat(converted.find("blk.1.ffn_norm.weight").map(Tensor::type))
            .contains(TensorType.F32);
      }
      Files.delete(file);
    }
  }

  @Test
  void splitsAndMergesWithoutAChange() throws IOException {
    Path whole = fixture("hf-smollm2-bf16-sharded.gguf");
    Path first = convert(whole, Optional.empty(), SplitLimit.ofTensors(12)).getFirst();
    assertThat(first)
        .hasFileName("converted-00001-of-00003.gguf")
        .hasSameBinaryContentAs(fixture("hf-smollm2-bf16-sharded.split-00001-of-00003.gguf"));
    assertThat(convert(first, Optional.empty(), SplitLimit.NONE).getFirst())
        .hasSameBinaryContentAs(whole);
  }

  @Test
  void turnsABigEndianFileRound() throws IOException {
    Path big = fixture("hf-llama2-f16.big-endian.gguf");
    assertThat(convert(big, Optional.empty(), SplitLimit.NONE).getFirst())
        .hasSameBinaryContentAs(fixture("hf-llama2-f16.gguf"));
  }

  @Test
  void keepsTheTypesOfMetadata() throws IOException {
    Path file = folder.resolve("types.gguf");
    new GgufWriter()
        .string("general.architecture", "llama")
        .set("a.u8", MetadataType.UINT8, 200L)
        .set("a.i16", MetadataType.INT16, -5L)
        .set("a.u64", MetadataType.UINT64, 1L << 40)
        .set("a.f64", MetadataType.FLOAT64, 0.1)
        .set("a.bools", MetadataType.BOOL, new boolean[] {true, false})
        .set("a.none", MetadataType.INT8, new long[0])
        .set("a.texts", MetadataType.STRING, List.of("x", "\uDCFF"))
        .write(file);
    assertThat(convert(file, Optional.empty(), SplitLimit.NONE).getFirst())
        .hasSameBinaryContentAs(file);
  }

  @Test
  void reportsProgressUpToTheEnd() throws IOException {
    List<Long> reports = new ArrayList<>();
    try (ModelContents contents = ModelFiles.open(fixture("hf-llama2-f16"))) {
      GgufConversion conversion =
          GgufConversion.of(contents, Optional.empty(), (done, _) -> reports.add(done));
      conversion.write(folder.resolve("a.gguf"), SplitLimit.NONE);
      assertThat(reports).isSorted().last().isEqualTo(conversion.tensorBytes());
    }
  }

  @Test
  void saysThatAFolderWithoutATokenizerBecomesNoFile() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("bare"));
    try (Stream<Path> files = Files.list(fixture("hf-llama2-f16"))) {
      for (Path file : files.filter(file -> !file.endsWith("tokenizer.model")).toList()) {
        Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
      }
    }
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> convert(copy, Optional.empty(), SplitLimit.NONE))
        .withMessage(
            "bare: a GGUF file must hold a tokenizer, found neither tokenizer.json nor"
                + " tokenizer.model");
  }

  private List<Path> convert(Path model, Optional<TensorType> type, SplitLimit limit)
      throws IOException {
    Path file = folder.resolve("converted.gguf");
    try (ModelContents contents = ModelFiles.open(model)) {
      return GgufConversion.of(contents, type, (_, _) -> {}).write(file, limit);
    }
  }

  private static Path fixture(String name) {
    try {
      return Path.of(GgufConversionTest.class.getResource("/puna/formats/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
