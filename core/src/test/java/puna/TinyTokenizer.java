package puna;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import puna.engine.FakeDecoder;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.Tokenizers;

/// A SentencePiece vocabulary of single letters, as large as the fake decoder's.
final class TinyTokenizer {
  static final int BOS = 1;
  static final int EOS = 2;
  static final int TURN_END = 60;

  private static final long NORMAL = 1;
  private static final long UNKNOWN = 2;
  private static final long CONTROL = 3;

  private TinyTokenizer() {}

  /// 0 `<unk>`, 1 `<s>`, 2 `</s>`, 3 `▁`, letters, 60 `<end>`, 61… further control tokens.
  static Tokenizer create(boolean addsBos) {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>", "▁"));
    for (char letter = 'A'; tokens.size() < TURN_END; letter++) {
      tokens.add(String.valueOf(letter));
    }
    tokens.add("<end>");
    while (tokens.size() < FakeDecoder.VOCABULARY) {
      tokens.add("<control-" + tokens.size() + ">");
    }
    long[] types = new long[tokens.size()];
    double[] scores = new double[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = id == 0 ? UNKNOWN : id <= EOS || id >= TURN_END ? CONTROL : NORMAL;
    }
    return Tokenizers.from(
        new Metadata(
            "tiny.gguf",
            Map.of(
                "tokenizer.ggml.model",
                "llama",
                "tokenizer.ggml.tokens",
                tokens,
                "tokenizer.ggml.scores",
                scores,
                "tokenizer.ggml.token_type",
                types,
                "tokenizer.ggml.bos_token_id",
                (long) BOS,
                "tokenizer.ggml.eos_token_id",
                (long) EOS,
                "tokenizer.ggml.add_bos_token",
                addsBos)),
        new ModelWarnings());
  }
}
