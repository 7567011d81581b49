package puna.chat.tools;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// A byte-level vocabulary of all ASCII characters and some longer tokens, with marks as special
/// tokens.
final class MarkedVocabulary {
  private static final long NORMAL = 1;
  private static final long CONTROL = 3;

  private MarkedVocabulary() {}

  static Tokenizer with(Set<String> marks) {
    List<String> tokens = new ArrayList<>(List.of("<s>", "</s>"));
    tokens.addAll(marks.stream().sorted().toList());
    int specials = tokens.size();
    for (char c = '!'; c <= '~'; c++) {
      tokens.add(String.valueOf(c));
    }
    // The bytes of "｜" and "▁", which DeepSeek's marks have.
    tokens.addAll(List.of("ï", "½", "ľ", "â", "ĸ", "ģ"));
    // "Ġ" and "Ċ" are how this alphabet writes space and line end.
    tokens.addAll(List.of("Ġ", "Ċ", "{\"", "\":", "Ġ\"", "name", "\",", "\"}", "Ġ{", "}}", "Hi"));
    long[] types = new long[tokens.size()];
    Arrays.fill(types, NORMAL);
    Arrays.fill(types, 0, specials, CONTROL);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("tokenizer.ggml.model", "gpt2");
    values.put("tokenizer.ggml.pre", "smollm");
    values.put("tokenizer.ggml.tokens", tokens);
    values.put("tokenizer.ggml.token_type", types);
    values.put("tokenizer.ggml.merges", List.of());
    values.put("tokenizer.ggml.bos_token_id", 0L);
    values.put("tokenizer.ggml.eos_token_id", 1L);
    return TokenizerFiles.from(new Metadata("marked vocabulary", values), new ModelWarnings());
  }
}
