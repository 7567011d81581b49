package puna.token.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.token.Tokenizer;
import puna.token.model.PreTokenizer;
import puna.token.model.TinyVocabularies;
import puna.token.model.Utf8;

class TokenizerFilesTest {
  @Test
  void refusesFilesOfNoKnownKind(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("empty.model"));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> TokenizerFiles.open(file))
        .withMessageContaining("empty.model")
        .withMessageContaining("an empty file");
    refuses("GGUF....".getBytes(StandardCharsets.US_ASCII), "bytes of another kind");
    assertThatExceptionOfType(ModelReadException.class)
        .isThrownBy(() -> TokenizerFiles.open(folder));
    assertThatExceptionOfType(ModelReadException.class)
        .isThrownBy(() -> TokenizerFiles.open(folder.resolve("missing")))
        .withMessageContaining("found nothing");
  }

  @Test
  void refusesRanksThatAreNoFamilyVocabulary() {
    refuses(TinyVocabularies.tiktoken(), "Llama 3 (128000) or Llama 4 (200000), found 258");
    refuses("IQ== 0\nIg== 2\n".getBytes(StandardCharsets.US_ASCII), "line 2 must have rank 1");
    refuses("IQ== 0\n?? 1\n".getBytes(StandardCharsets.US_ASCII), "line 2 must begin with base64");
  }

  @Test
  void refusesRanksThatLackAByte() {
    byte[] file = "IQ== 0\nIg== 1\n".getBytes(StandardCharsets.US_ASCII);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> TiktokenReader.read(file, "x", PreTokenizer.LLAMA3, List.of()))
        .withMessageContaining("every byte must be a token, found none for 0x00");
  }

  @Test
  void refusesProtobufsThatEndEarlyOrAskForMore() {
    byte[] model = TinyVocabularies.sentencePieceProtobuf();
    refuses(Arrays.copyOf(model, 7), "protobuf at byte");
    byte[] huge = {0x0A, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F};
    refuses(huge, "a length must be at most");
    refuses(new byte[] {0x0A, 0x03, 0x0A, 0x01, 'a'}, "trainer_spec.model_type must be 2 (BPE)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"BPE\" -> \"Unigram\" -> $.model.type",
        "\"Prepend\" -> \"NFKC\" -> $.normalizer.normalizers[0]",
        "\"pre_tokenizer\": null -> \"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"}"
            + " -> $.pre_tokenizer",
        "\"a b\" -> \"a zz\" -> $.model.merges[0]",
        "\"a b\" -> \"ab\" -> $.model.merges[0]",
        "\"Fuse\" -> \"WordPiece\" -> $.decoder.decoders[2]",
        "\"id\": 264 -> \"id\": 999999999 -> $.added_tokens[1].id",
        "\"id\": 264 -> \"id\": 5 -> tokens and ids must differ",
        "\"lstrip\": true -> \"single_word\": true -> $.added_tokens[1].single_word",
        "\"fuse_unk\": true -> \"dropout\": 0.1 -> $.model.dropout",
        "\"Sequence\": {\"id\" -> \"Nothing\": {\"id\" -> $.post_processor.single"
      })
  void refusesJsonOutsideTheSubsetNamingThePlace(String change) {
    String[] parts = change.split(" -> ");
    String json = TinyVocabularies.llamaJson();
    assertThat(json).contains(parts[0]);
    refuses(Utf8.encode(json.replace(parts[0], parts[1])), parts[2]);
  }

  @Test
  void refusesJsonThatIsNone() {
    refuses(Utf8.encode("{\"model\": "), "tokenizer");
    refuses(Utf8.encode("{}"), "$.model must be an object, found nothing");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mutatedFilesAreReadOrRefused(long seed) {
    Random random = TestSeed.random(seed);
    List<byte[]> files =
        List.of(
            TinyVocabularies.sentencePieceProtobuf(),
            TinyVocabularies.tiktoken(),
            Utf8.encode(TinyVocabularies.llamaJson()));
    for (int i = 0; i < 1500; i++) {
      byte[] file = mutate(files.get(i % files.size()).clone(), random);
      try {
        Tokenizer tokenizer = TokenizerFiles.read(file, "mutated");
        assertThat(tokenizer.decode(tokenizer.encode("ab é"))).isNotNull();
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageContaining("mutated");
      }
    }
  }

  private static byte[] mutate(byte[] file, Random random) {
    for (int k = random.nextInt(4); k >= 0; k--) {
      file[random.nextInt(file.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file;
  }

  private static void refuses(byte[] file, String message) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> TokenizerFiles.read(file, "tokenizer"))
        .withMessageContaining(message);
  }
}
