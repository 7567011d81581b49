package puna.token.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Small vocabularies made by hand, in each form that a file can have.
public final class TinyVocabularies {
  private TinyVocabularies() {}

  /// `<unk>`, `<s>`, `</s>`, 256 bytes, then pieces whose scores fall with their ids.
  static Map<String, Object> sentencePieceKeys() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Long> types = new ArrayList<>(List.of(2L, 3L, 3L));
    for (int b = 0; b < 256; b++) {
      tokens.add(String.format(Locale.ROOT, "<0x%02X>", b));
      types.add(6L);
    }
    for (String piece : List.of("▁▁", "ab", "▁a", "bc", "abc", "▁", "a", "b", "c", "é", "<fn>")) {
      tokens.add(piece);
      types.add(piece.equals("<fn>") ? 4L : 1L);
    }
    double[] scores = new double[tokens.size()];
    for (int id = 259; id < scores.length; id++) {
      scores[id] = 259 - id;
    }
    Map<String, Object> keys = new HashMap<>();
    keys.put("tokenizer.ggml.model", "llama");
    keys.put("tokenizer.ggml.tokens", List.copyOf(tokens));
    keys.put("tokenizer.ggml.scores", scores);
    keys.put("tokenizer.ggml.token_type", types.stream().mapToLong(Long::longValue).toArray());
    return keys;
  }

  static Tokenizer sentencePiece() {
    return TokenizerFiles.from(metadata(sentencePieceKeys()), new ModelWarnings());
  }

  /// All bytes in their order, some merges, and the control tokens of ChatML and Llama 4.
  static Map<String, Object> bytePairKeys() {
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(ByteAlphabet.write(new byte[] {(byte) b}));
    }
    tokens.addAll(List.of("ab", "Ġa", "abc", "cab", "<|im_start|>", "<|eot|>", "<fn>"));
    long[] types = new long[tokens.size()];
    Arrays.fill(types, 1);
    types[260] = 3;
    types[261] = 3;
    types[262] = 4;
    Map<String, Object> keys = new HashMap<>();
    keys.put("tokenizer.ggml.model", "gpt2");
    keys.put("tokenizer.ggml.pre", "gpt-2");
    keys.put("tokenizer.ggml.tokens", List.copyOf(tokens));
    keys.put("tokenizer.ggml.token_type", types);
    keys.put("tokenizer.ggml.merges", List.of("a b", "Ġ a", "ab c", "c ab"));
    return keys;
  }

  static Tokenizer bytePair() {
    return TokenizerFiles.from(metadata(bytePairKeys()), new ModelWarnings());
  }

  static Metadata metadata(Map<String, Object> keys) {
    return new Metadata("tiny.gguf", keys);
  }

  /// The bytes, then `bc`, `abcd`, as lines of base64 and rank.
  public static byte[] tiktoken() {
    StringBuilder lines = new StringBuilder();
    int rank = 0;
    for (int b = 0; b < 256; b++) {
      lines.append(Base64.getEncoder().encodeToString(new byte[] {(byte) b}));
      lines.append(' ').append(rank++).append('\n');
    }
    for (String token : List.of("bc", "abcd")) {
      byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
      lines.append(Base64.getEncoder().encodeToString(bytes));
      lines.append(' ').append(rank++).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// A tokenizer.json of LLaMA's kind: ▁ for spaces and bytes for what has no piece.
  public static String llamaJson() {
    StringBuilder vocab = new StringBuilder("\"<unk>\":0,\"<s>\":1,\"</s>\":2");
    for (int b = 0; b < 256; b++) {
      vocab.append(String.format(Locale.ROOT, ",\"<0x%02X>\":%d", b, 3 + b));
    }
    int id = 259;
    for (String piece : List.of("▁", "a", "b", "ab", "▁ab")) {
      vocab.append(",\"%s\":%d".formatted(piece, id++));
    }
    return """
    {"added_tokens": [
      {"id": 1, "content": "<s>", "special": true},
      {"id": 264, "content": "<fn>", "special": false, "lstrip": true, "rstrip": true}],
     "normalizer": {"type": "Sequence", "normalizers": [
       {"type": "Prepend", "prepend": "▁"},
       {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
     "pre_tokenizer": null,
     "post_processor": {"type": "TemplateProcessing", "single": [
       {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]},
     "decoder": {"type": "Sequence", "decoders": [
       {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
       {"type": "ByteFallback"}, {"type": "Fuse"},
       {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
     "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
       "vocab": {%s}, "merges": ["a b", ["▁", "ab"]]}}
    """
        .formatted(vocab);
  }

  /// SentencePiece's protobuf with the same pieces as [#sentencePieceKeys].
  @SuppressWarnings("unchecked")
  public static byte[] sentencePieceProtobuf() {
    Map<String, Object> keys = sentencePieceKeys();
    List<String> tokens = (List<String>) keys.getOrDefault("tokenizer.ggml.tokens", List.of());
    double[] scores = (double[]) keys.getOrDefault("tokenizer.ggml.scores", new double[0]);
    long[] types = (long[]) keys.getOrDefault("tokenizer.ggml.token_type", new long[0]);
    ProtobufBytes model = new ProtobufBytes();
    for (int id = 0; id < tokens.size(); id++) {
      ProtobufBytes piece = new ProtobufBytes();
      piece.bytes(1, tokens.get(id).getBytes(StandardCharsets.UTF_8));
      piece.fixed32(2, (float) scores[id]);
      piece.varint(3, types[id]);
      model.bytes(1, piece.toByteArray());
    }
    ProtobufBytes training = new ProtobufBytes();
    training.varint(3, 2);
    model.bytes(2, training.toByteArray());
    ProtobufBytes normalization = new ProtobufBytes();
    normalization.varint(4, 0);
    model.bytes(3, normalization.toByteArray());
    return model.toByteArray();
  }
}
