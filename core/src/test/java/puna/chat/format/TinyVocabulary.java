package puna.chat.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.PromptPart;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// TokenizerFiles whose vocabulary is little more than special tokens: all that chat formats ask
/// about.
final class TinyVocabulary {
  private static final long NORMAL = 1;
  private static final long CONTROL = 3;

  private TinyVocabulary() {}

  /// A tokenizer that puts no BOS in front.
  static Tokenizer with(String bos, String eos, String... others) {
    return tokenizer(false, bos, eos, others);
  }

  /// A tokenizer whose file asks for BOS in front.
  static Tokenizer addingBos(String bos, String eos, String... others) {
    return tokenizer(true, bos, eos, others);
  }

  /// The prompt as one text, the way a template would have printed it.
  static String text(List<PromptPart> parts) {
    StringBuilder out = new StringBuilder();
    for (PromptPart part : parts) {
      out.append(
          switch (part) {
            case PromptPart.Text text -> text.text();
            case PromptPart.Special special -> special.token();
          });
    }
    return out.toString();
  }

  private static Tokenizer tokenizer(Boolean addsBos, String bos, String eos, String... others) {
    List<String> tokens = new ArrayList<>(List.of(bos, eos));
    tokens.addAll(Arrays.asList(others));
    int specials = tokens.size();
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
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
    values.put("tokenizer.ggml.add_bos_token", addsBos);
    return TokenizerFiles.from(new Metadata("tiny vocabulary", values), new ModelWarnings());
  }
}
