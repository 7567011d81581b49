package puna.token.file;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the configurations beside a tokenizer say of special tokens, by their roles.
///
/// @param texts of the tokens with a role
/// @param ids of the tokens with a role, where no text tells
/// @param adds whether a text gets the token of a role
/// @param prefixesSpace whether a text gets a space before it
public record SpecialTokenRoles(
    Map<String, String> texts,
    Map<String, Integer> ids,
    Map<String, Boolean> adds,
    Optional<Boolean> prefixesSpace) {
  static final String BOS = "bos";
  static final String EOS = "eos";
  static final String SEPARATOR = "sep";

  /// The roles as configurations name them, in the order in which files tell them.
  public static final List<String> ROLES =
      List.of(BOS, EOS, "unk", SEPARATOR, "pad", "cls", "mask");

  /// Nothing: the tokenizer's file decides alone.
  public static final SpecialTokenRoles NONE =
      new SpecialTokenRoles(Map.of(), Map.of(), Map.of(), Optional.empty());

  public SpecialTokenRoles {
    texts = Map.copyOf(texts);
    ids = Map.copyOf(ids);
    adds = Map.copyOf(adds);
  }

  /// A text begins with one and never ends with the other.
  ///
  /// @param bos negative for none
  /// @param eos negative for none
  static SpecialTokenRoles beginAndEnd(int bos, int eos) {
    Map<String, Integer> ids = new HashMap<>();
    if (bos >= 0) {
      ids.put(BOS, bos);
    }
    if (eos >= 0) {
      ids.put(EOS, eos);
    }
    Map<String, Boolean> adds = Map.of(BOS, bos >= 0, EOS, false);
    return new SpecialTokenRoles(Map.of(), ids, adds, Optional.empty());
  }

  /// GGUF's word for a role.
  static String keyOf(String role) {
    return switch (role) {
      case "unk" -> "unknown_token_id";
      case SEPARATOR -> "seperator_token_id"; // the format spells it so
      case "pad" -> "padding_token_id";
      default -> role + "_token_id";
    };
  }
}
