package puna.token.file;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A tokenizer that is to be told by GGUF's keys, with what other files say of it.
///
/// @param file the tokenizer's own
/// @param vocabulary ids of the model
/// @param templates keys of chat templates, in order
public record KeysRequest(
    Path file,
    int vocabulary,
    TokenizerSettings settings,
    SpecialTokenRoles roles,
    SequencedMap<String, Object> templates) {
  public KeysRequest {
    templates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(templates));
  }

  /// A tokenizer that nothing else is said of.
  public static KeysRequest of(Path file, int vocabulary) {
    return new KeysRequest(
        file, vocabulary, TokenizerSettings.NONE, SpecialTokenRoles.NONE, new LinkedHashMap<>());
  }
}
